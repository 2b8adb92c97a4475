/** The logistic function, σ(a) = 1 / (1 + e^{−a}). */
export const σ = (a: number): number => 1 / (1 + Math.exp(-a));
