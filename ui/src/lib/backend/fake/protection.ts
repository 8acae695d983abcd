/** The invented profile's protection: where secrets are kept, the lock, and wrong passphrases that have to wait. */
import { ProblemError } from '../backend';
import type { Gate, Place, Problem, Protection, RecoveryCode } from '../bindings';

export const FAKE_PASSPHRASE = 'correct horse battery';
export const FAKE_RECOVERY = 'K7QM-2XJD-9RTA-4WHP-C3NV-8EYB-5';

export type FakeProtectionOptions = {
	place?: Place;
	/** The passphrase of the vault or of the lock; null without either. */
	passphrase?: string | null;
	/** Closed at the start. */
	closed?: boolean;
};

/** The fewest characters of a new passphrase, as in the crate that keeps secrets. */
const SHORTEST = 10;

/** Wrong ones that are let pass before waiting begins. */
const FREE_TRIES = 3;

export class FakeProtection {
	place: Place;
	#passphrase: string | null;
	#recovery = FAKE_RECOVERY;
	#closed: boolean;
	#wrong = 0;
	#until: number | null = null;
	#codes = 0;

	constructor(options: FakeProtectionOptions) {
		this.place = options.place ?? 'keyring';
		this.#passphrase = options.passphrase ?? null;
		this.#closed = options.closed ?? false;
	}

	get gate(): Gate | null {
		if (!this.#closed) return null;
		return this.place === 'vault' ? 'vault' : 'lock';
	}
	get now(): Protection {
		return { place: this.place, lockOn: this.#passphrase !== null };
	}

	open(passphrase: string): void {
		this.#check(passphrase);
		this.#closed = false;
	}
	close(): void {
		if (this.#passphrase !== null) this.#closed = true;
	}
	recover(code: string, next: string): RecoveryCode {
		const plain = (text: string) => text.replace(/[\s-]/g, '').toUpperCase();
		refuseWeak(next);
		if (plain(code) !== plain(this.#recovery)) this.#refuse();
		this.#passphrase = next;
		this.#closed = false;
		this.#wrong = 0;
		return this.#newCode();
	}
	set(passphrase: string): RecoveryCode {
		refuseWeak(passphrase);
		this.#passphrase = passphrase;
		return this.#newCode();
	}
	remove(passphrase: string): void {
		this.#check(passphrase);
		this.#passphrase = null;
	}
	change(old: string, next: string): void {
		this.#check(old);
		refuseWeak(next);
		this.#passphrase = next;
	}
	newCode(passphrase: string): RecoveryCode {
		this.#check(passphrase);
		return this.#newCode();
	}
	/** A vault of this passphrase. */
	make(passphrase: string): RecoveryCode {
		const code = this.set(passphrase);
		this.place = 'vault';
		return code;
	}
	move(to: Place, passphrase: string): RecoveryCode | null {
		if (to === 'vault') {
			return this.make(passphrase);
		}
		this.remove(passphrase);
		this.place = 'keyring';
		return null;
	}

	#check(passphrase: string): void {
		if (this.#until !== null && Date.now() < this.#until) this.#refuse();
		if (passphrase !== this.#passphrase) this.#refuse();
		this.#wrong = 0;
		this.#until = null;
	}
	#refuse(): never {
		const waiting = this.#until !== null && Date.now() < this.#until;
		if (!waiting) {
			this.#wrong++;
			if (this.#wrong >= FREE_TRIES) this.#until = Date.now() + 5_000 * 2 ** (this.#wrong - FREE_TRIES);
		}
		const until = this.#until === null ? null : new Date(this.#until).toISOString();
		throw new ProblemError({ code: 'passphrase_wrong', until, words: null });
	}
	#newCode(): RecoveryCode {
		this.#codes++;
		this.#recovery = FAKE_RECOVERY.replace(/.$/, String(this.#codes % 10));
		return { code: this.#recovery };
	}
}

export function refuseWeak(passphrase: string): void {
	const weak: Problem = { code: 'bad_input', field: 'passphrase', words: null };
	if (passphrase.length < SHORTEST || new Set(passphrase).size < 5) throw new ProblemError(weak);
}
