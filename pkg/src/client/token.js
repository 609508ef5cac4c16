// A token as its owner holds it. What prints it or writes it as JSON shows when it ends, and nothing of the token.

/** @param {number} time */
const isoText = (time) => new Date(time).toISOString();

export class AccessToken {
  #value;

  /** @param {{ value: string, scopes: readonly string[], issued: number, lifetime: number }} facts times in milliseconds */
  constructor({ value, scopes, issued, lifetime }) {
    this.#value = value;
    this.scopes = Object.freeze([...scopes]);
    this.issuedAt = issued;
    this.expiresAt = issued + lifetime;
    Object.freeze(this);
  }

  get value() {
    return this.#value;
  }

  get authorization() {
    return `Bearer ${this.#value}`;
  }

  toString() {
    return `[AccessToken until ${isoText(this.expiresAt)}]`;
  }
}
