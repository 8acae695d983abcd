/**
 * What the window is about: the app's state, the connections, and how they are locked away.
 *
 * It subscribes before it asks, so that no change falls between the two, and knows nothing of elements. The customers
 * themselves are the search session's.
 */
import { type Backend, problemOf, type Unsubscribe } from '$lib/backend/backend';
import type {
	AppState,
	ConnectionDraft,
	ConnectionView,
	Gate,
	Language,
	LeftCustomers,
	Place,
	Preferences,
	Problem,
	Protection,
	ProviderDescription,
	View,
} from '$lib/backend/bindings';
import { Credentials } from '$lib/credentials/credentials.svelte';
import { formatCount } from '$lib/format';
import { Notices } from '$lib/notice/notices.svelte';
import { KeptPreferences } from '$lib/settings/preferences.svelte';
import { BookCare } from '$lib/sync/book.svelte';
import { m } from '$paraglide/messages.js';
import { ViewCounts } from './counts.svelte';

/** `loading` until the app's state is there and the book has been opened. */
export type Phase = 'loading' | 'failed' | 'closed' | 'locked' | 'welcome' | 'open';

export class DeskSession {
	readonly backend: Backend;
	readonly notices = new Notices();
	/** What may be known of the connections' credentials. */
	readonly credentials: Credentials;
	/** The copy on this computer as a whole. */
	readonly book: BookCare;

	#state = $state.raw<AppState | null>(null);
	#connections = $state.raw<readonly ConnectionView[]>([]);
	#failure = $state.raw<Problem | null>(null);
	#protection = $state.raw<Protection | null>(null);
	/** A recovery code that has to be written down before anything else. */
	#recoveryCode = $state.raw<string | null>(null);
	/** It was locked away before the person said that it is written down. */
	#codeLost = false;
	/** A change of the whole desk is under way: opening again, the demo, unlocking. */
	#changing = $state(false);
	/** The desk changed while a change was under way. */
	#changedMeanwhile = false;
	/** The person has asked for the lock: nothing of customers is shown from that moment. */
	#veiled = $state(false);

	readonly #counts: ViewCounts;
	readonly #preferences: KeptPreferences;
	#subscriptions: Unsubscribe[] = [];
	#stopped = false;
	#loads = 0;

	constructor(backend: Backend, systemLanguages: readonly string[] = navigator.languages) {
		this.backend = backend;
		this.credentials = new Credentials(backend);
		this.book = new BookCare(backend, this.notices);
		this.#counts = new ViewCounts(backend, (work) => this.#told(work));
		const write = (preferences: Preferences) => void this.#told(backend.savePreferences(preferences));
		this.#preferences = new KeptPreferences(write, systemLanguages);
	}

	get phase(): Phase {
		if (this.#state === null) return this.#failure ? 'failed' : 'loading';
		const { desk } = this.#state;
		if (desk.state === 'locked') return 'locked';
		if (desk.state === 'opening' || this.#veiled) return 'loading';
		if (desk.state === 'closed') return 'closed';
		return !desk.demo && this.#connections.length === 0 ? 'welcome' : 'open';
	}
	/** Why the app's state could not be had, or why the desk is closed. */
	get problem(): Problem | null {
		if (this.#failure) return this.#failure;
		return this.#state?.desk.state === 'closed' ? this.#state.desk.problem : null;
	}
	/** Whether a sealed vault may take the place of the keyring that cannot be used. */
	get vaultPossible(): boolean {
		return this.#state?.desk.state === 'closed' && this.#state.desk.vaultPossible;
	}
	/** Whether a book that cannot be opened may be replaced, by a backup or by a new one. */
	get bookReplaceable(): boolean {
		return this.#state?.desk.state === 'closed' && this.#state.desk.bookReplaceable;
	}
	/** What has to be opened; null when nothing is locked. */
	get gate(): Gate | null {
		return this.#state?.desk.state === 'locked' ? this.#state.desk.gate : null;
	}
	/** How the open profile's secrets are protected; null until known. */
	get protection(): Protection | null {
		return this.#protection;
	}
	get recoveryCode(): string | null {
		return this.#recoveryCode;
	}
	get demo(): boolean {
		return this.#state?.desk.state === 'open' && this.#state.desk.demo;
	}
	get changing(): boolean {
		return this.#changing;
	}
	get connections(): readonly ConnectionView[] {
		return this.#connections;
	}
	get providers(): readonly ProviderDescription[] {
		return this.#state?.providers ?? [];
	}
	get version(): string {
		return this.#state?.version ?? '';
	}
	get profile(): string {
		return this.#state?.profile ?? '';
	}
	get languageOverride(): AppState['languageOverride'] {
		return this.#state?.languageOverride ?? null;
	}
	/** The language that the system asks for, whatever has been chosen. */
	get systemLanguage(): Language {
		return this.#preferences.systemLanguage;
	}
	get preferences(): Preferences {
		return this.#preferences.value;
	}
	/** How many customers a built-in view, or the saved view of an id, has; null until counted. */
	count(view: View | number): number | null {
		return this.#counts.of(view);
	}

	/** Listens, and asks for the first time. */
	async start(): Promise<void> {
		const subscriptions = await Promise.all([
			this.backend.on('connections_changed', ({ connections }) => {
				this.#takeConnections(connections);
			}),
			this.backend.on('directory_changed', () => this.#counts.changed()),
			this.backend.on('desk_changed', () => {
				// Whoever makes the change asks for the state when it is made.
				if (this.#changing) this.#changedMeanwhile = true;
				else void this.#load();
			}),
		]);
		if (this.#stopped) for (const unsubscribe of subscriptions) unsubscribe();
		else this.#subscriptions = subscriptions;
		await this.#load();
	}

	/** Ends listening, and writes down what is not yet remembered. */
	stop(): void {
		this.#stopped = true;
		for (const unsubscribe of this.#subscriptions) unsubscribe();
		this.#subscriptions = [];
		this.#counts.stop();
		this.#preferences.settle();
	}

	/** Another try to open the desk, or to get the app's state. */
	retry(): Promise<void> {
		return this.#change(async () => {
			if (this.#state?.desk.state === 'closed') await this.backend.retryOpen();
		});
	}

	startDemo(): Promise<void> {
		return this.#change(() => this.backend.startDemo());
	}

	leaveDemo(): Promise<void> {
		return this.#change(() => this.backend.leaveDemo());
	}

	// Connections. Problems of a form belong beside its fields, so saving throws; the rest is told as a notice.

	async saveConnection(draft: ConnectionDraft, existing: string | null): Promise<string> {
		const id = await this.backend.saveConnection(draft, existing);
		await this.#refreshConnections();
		return id;
	}

	async removeConnection(id: string, customers: LeftCustomers): Promise<void> {
		await this.backend.removeConnection(id, customers);
		await this.#refreshConnections();
	}

	async setConnectionEnabled(id: string, enabled: boolean): Promise<void> {
		await this.#told(this.backend.setConnectionEnabled(id, enabled));
		await this.#refreshConnections();
	}

	/** Asks for the connections anew, after something other than the form has changed them. */
	refreshConnections(): Promise<void> {
		return this.#refreshConnections();
	}

	async syncNow(id: string): Promise<void> {
		await this.#told(this.backend.syncNow(id));
	}

	async stopSync(id: string): Promise<void> {
		await this.#told(this.backend.stopSync(id));
	}

	/** The system says that the network is there again. */
	networkChanged(): Promise<void> {
		return this.#told(this.backend.networkChanged());
	}

	/**
	 * Puts a backup in the place of what is here, be it open or not to be opened any more. Nothing of what was here is on
	 * screen meanwhile or after; where the backup cannot be taken, everything is as it was.
	 */
	async restore(path: string, passphrase: string): Promise<void> {
		if (this.#changing) return;
		this.#changing = true;
		this.#veiled = true;
		try {
			const { customers } = await this.backend.restore(path, passphrase);
			this.notices.done(m.restore_done({ count: customers, shown: formatCount(customers) }));
		} catch (error) {
			this.notices.problem(problemOf(error));
		} finally {
			await this.#loadUntilSettled();
			this.#veiled = false;
			this.#changing = false;
		}
	}

	/** Begins with an empty book in the place of one that cannot be opened. What goes wrong is thrown. */
	setBookAside(): Promise<void> {
		return this.#openWith(async () => {
			const path = await this.backend.setBookAside();
			this.notices.done(m.anew_done({ path }));
		});
	}

	// The lock. A wrong passphrase belongs beside its field, so opening throws.

	unlock(passphrase: string): Promise<void> {
		return this.#openWith(() => this.backend.unlock(passphrase));
	}

	/** Opens with the recovery code and a new passphrase; the new code is shown before anything else. */
	recover(code: string, passphrase: string): Promise<void> {
		return this.#openWith(async () => {
			this.#recoveryCode = (await this.backend.recover(code, passphrase)).code;
		});
	}

	makeVault(passphrase: string): Promise<void> {
		return this.#openWith(async () => {
			this.#recoveryCode = (await this.backend.makeVault(passphrase)).code;
		});
	}

	/** Switches the lock on. */
	async setLock(passphrase: string): Promise<void> {
		this.#recoveryCode = (await this.backend.setLock(passphrase)).code;
		await this.refreshProtection();
	}

	async newRecoveryCode(passphrase: string): Promise<void> {
		this.#recoveryCode = (await this.backend.newRecoveryCode(passphrase)).code;
	}

	async removeLock(passphrase: string): Promise<void> {
		await this.backend.removeLock(passphrase);
		await this.refreshProtection();
	}

	async moveSecrets(to: Place, passphrase: string): Promise<void> {
		this.#recoveryCode = (await this.backend.moveSecrets(to, passphrase))?.code ?? null;
		await this.refreshProtection();
	}

	/** The person has the code on paper. */
	forgetRecoveryCode(): void {
		this.#recoveryCode = null;
	}

	/** Clears the screen at once and locks. */
	async lock(): Promise<void> {
		if (this.phase === 'locked' || !this.#protection?.lockOn) return;
		this.#veiled = true;
		await this.#change(() => this.backend.lockNow());
		this.#veiled = false;
	}

	/** Asks how secrets are protected, after that was changed. */
	async refreshProtection(): Promise<void> {
		await this.#told(
			this.backend.protection().then((protection) => {
				this.#protection = protection;
			}),
		);
		await this.credentials.load();
	}

	/** Takes a change of the preferences, which holds at once, and has it written down. */
	prefer(change: Partial<Preferences>): void {
		this.#preferences.prefer(change);
	}

	/**
	 * Counts the views, because there are others now, or because the first rows are on screen: counting has the whole book
	 * read into the index, which takes seconds for a large one, and the first rows do not need it.
	 */
	countViews(): Promise<void> {
		return this.#counts.now();
	}

	async #load(): Promise<void> {
		const asked = ++this.#loads;
		try {
			const state = await this.backend.appState();
			if (this.#stopped || asked !== this.#loads) return;
			this.#failure = null;
			this.#state = state;
			if (state.desk.state === 'open') this.#takeConnections(state.desk.connections);
			else this.#forget(state.desk.state === 'locked');
			this.#preferences.take(state.preferences, state.languageOverride);
			if (state.desk.state === 'open' && this.#codeLost) {
				this.#codeLost = false;
				this.notices.done(m.recovery_lost());
			}
			if (state.desk.state === 'open') {
				this.#counts.opened();
				await this.refreshProtection();
			}
		} catch (error) {
			if (this.#stopped || asked !== this.#loads) return;
			this.#failure = problemOf(error);
			this.#preferences.goWithout();
		}
	}

	async #change(work: () => Promise<void>): Promise<void> {
		if (this.#changing) return;
		this.#changing = true;
		try {
			await this.#told(work());
			await this.#loadUntilSettled();
		} finally {
			this.#changing = false;
		}
	}

	/** Opens what is closed; what goes wrong is thrown. */
	async #openWith(work: () => Promise<void>): Promise<void> {
		if (this.#changing) return;
		this.#changing = true;
		this.#changedMeanwhile = false;
		try {
			try {
				await work();
				this.#changedMeanwhile = true;
			} finally {
				// The right passphrase, and then a book that cannot be opened, is a change as well: another screen tells of it.
				if (this.#changedMeanwhile) await this.#loadUntilSettled();
			}
		} finally {
			this.#changing = false;
		}
	}

	async #loadUntilSettled(): Promise<void> {
		do {
			this.#changedMeanwhile = false;
			await this.#load();
		} while (this.#changedMeanwhile && !this.#stopped);
	}

	/** Drops everything that is known of customers and connections. */
	#forget(locked: boolean): void {
		this.#connections = [];
		this.#counts.clear();
		this.#protection = null;
		this.credentials.clear();
		this.book.clear();
		if (!locked) return;
		this.notices.clear();
		this.#codeLost ||= this.#recoveryCode !== null;
		this.#recoveryCode = null;
	}

	#takeConnections(connections: readonly ConnectionView[]): void {
		this.#connections = connections;
		this.credentials.follow(connections);
	}

	async #refreshConnections(): Promise<void> {
		await this.#told(this.backend.connections().then((connections) => this.#takeConnections(connections)));
	}

	/** Waits for it and tells of a problem; while the desk is closed, its own screen already tells. */
	async #told(work: Promise<void>): Promise<void> {
		try {
			await work;
		} catch (error) {
			const problem = problemOf(error);
			if (problem.code === 'cancelled' || this.#stopped) return;
			// Locked in the meantime: the lock screen says it all.
			if (problem.code === 'passphrase_needed') {
				if (this.phase !== 'locked' && !this.#changing) void this.#load();
				return;
			}
			const closed = this.#state?.desk.state === 'closed' && this.#state.desk.problem.code === problem.code;
			if (!closed) this.notices.problem(problem);
		}
	}
}
