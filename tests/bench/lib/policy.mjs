// What every token of the measurements says, and every verifier demands.
export const ISSUER = "https://as.example.com";
export const AUDIENCE = "https://api.example.com";
export const SCOPE = "orders:read";
