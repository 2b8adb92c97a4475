/** The backends that run in a thread of the engine. */
import type { BackendName } from '../../../shared/domain/model.ts';
import type { Backend } from '../../../shared/model/backend.ts';
import { createReferenceBackend } from '../../../shared/model/backends/reference/reference.ts';
import { referenceStepper, type StepperFactory } from '../../../shared/model/stepper.ts';

export type LocalBackendName = Exclude<BackendName, 'webgl'>;

export function createLocalBackend(name: LocalBackendName): Backend {
  if (name !== 'reference') return createReferenceBackend();
  return createReferenceBackend();
}

export const localStepper: StepperFactory = referenceStepper;
