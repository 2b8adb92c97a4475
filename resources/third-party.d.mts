export interface ShippedPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly integrity: string | null;
  readonly licenceText: string;
}
export function shippedPackages(root: string): ShippedPackage[];
