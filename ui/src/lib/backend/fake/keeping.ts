/** The part of the invented backend that keeps connections, their credentials, the lock and the vault. */
import { type Backend, ProblemError } from '../backend';
import type {
	ChosenFile,
	ConnectionCheck,
	ConnectionDraft,
	ConnectionView,
	CredentialView,
	ExportDone,
	ExportOrder,
	FilePurpose,
	FileQuestion,
	ImportChoice,
	ImportDone,
	ImportPreview,
	LeftCustomers,
	Place,
	Problem,
	Protection,
	RecoveryCode,
	Rotation,
} from '../bindings';
import { FakeAnswers } from './answers';
import { fakeConnection, knownAddress, refuseBadDraft } from './connections';
import { FakeCredentials, type FakeCredentialsOptions } from './credentials';
import { FakeProtection, type FakeProtectionOptions } from './protection';
import { FakeTransfer } from './transfer';

export type FakeKeepingOptions = {
	protection?: FakeProtectionOptions;
	/** What is known of credentials, by connection; the rest is young and in order. */
	credentials?: FakeCredentialsOptions;
};

const EXTENSIONS: Record<FilePurpose, string> = {
	back_up: 'vouch-book',
	restore: 'vouch-book',
	export_connections: 'vouch-connections',
	import_connections: 'vouch-connections',
	share_view: 'vouch-view.json',
	take_view_in: 'vouch-view.json',
};

type Kept = Pick<
	Backend,
	| 'testConnection'
	| 'saveConnection'
	| 'removeConnection'
	| 'setConnectionEnabled'
	| 'connections'
	| 'credentials'
	| 'testCredential'
	| 'rotateCredential'
	| 'tryNextCredential'
	| 'discardNextCredential'
	| 'protection'
	| 'unlock'
	| 'recover'
	| 'lockNow'
	| 'personActive'
	| 'setLock'
	| 'removeLock'
	| 'changePassphrase'
	| 'newRecoveryCode'
	| 'makeVault'
	| 'moveSecrets'
	| 'copyForAMinute'
	| 'suggestedPath'
	| 'chooseFile'
	| 'exportConnections'
	| 'readExport'
	| 'readSnippet'
	| 'importConnections'
	| 'discardImport'
>;

export abstract class FakeKeeping extends FakeAnswers implements Kept {
	/** Files that were exported, and what waits to be imported. */
	readonly transfer = new FakeTransfer();
	/** What the person takes in the system's dialog. */
	chosen: ChosenFile | null = null;
	protected list: ConnectionView[];
	protected demo = false;
	protected protecting: FakeProtection;
	#known: FakeCredentials;
	#check: ConnectionCheck | Problem = { customers: 48_100 };
	#next = 1;

	constructor(options: FakeKeepingOptions, connections: readonly ConnectionView[], now: number) {
		super();
		this.list = [...connections];
		this.protecting = new FakeProtection(options.protection ?? {});
		this.#known = new FakeCredentials(options.credentials ?? {}, now);
	}

	/** The connections changed in a way that changes who there is. */
	protected abstract restock(): void;
	/** The desk opens, or closes. What kept it closed is mended by that, unless only the secrets were opened. */
	protected abstract turn(open: boolean, mended?: boolean): void;

	/** What a test of a connection or a credential finds. */
	set check(check: ConnectionCheck | Problem) {
		this.#check = check;
	}

	/** Changes a connection and says so, as a running sync does. */
	updateConnection(id: string, change: Partial<ConnectionView>): void {
		this.list = this.list.map((connection) => (connection.id === id ? { ...connection, ...change } : connection));
		this.emit('connections_changed', { connections: this.list });
	}

	/** Locks as the shell does by itself, after a while or before sleep. */
	lock(): void {
		this.protecting.close();
		this.turn(false);
	}

	testConnection(draft: ConnectionDraft, existing: string | null): Promise<ConnectionCheck> {
		return this.answer('testConnection', [draft, existing], () => {
			refuseBadDraft(draft, existing);
			if ('code' in this.#check) throw new ProblemError(this.#check);
			return this.#check;
		});
	}

	saveConnection(draft: ConnectionDraft, existing: string | null): Promise<string> {
		return this.answer('saveConnection', [draft, existing], () => {
			refuseBadDraft(draft, existing);
			const fields = {
				provider: draft.provider,
				environment: draft.environment,
				label: draft.label,
				baseUrl: knownAddress(draft) ?? draft.baseUrl,
				requestsPerMinute: draft.requestsPerMinute,
				requestsPerHour: draft.requestsPerHour,
				...(draft.apiKey ? { keyTail: draft.apiKey.slice(-4) } : {}),
			};
			const id = existing ?? `n${this.#next++}`;
			if (draft.apiKey) this.#known.entered(id);
			if (existing) this.list = this.list.map((one) => (one.id === existing ? { ...one, ...fields } : one));
			else this.list = [...this.list, fakeConnection({ ...fields, id, state: 'syncing', lastSynced: null })];
			this.emit('connections_changed', { connections: this.list });
			this.restock();
			return id;
		});
	}

	removeConnection(connection: string, customers: LeftCustomers): Promise<void> {
		return this.answer('removeConnection', [connection, customers], () => {
			this.known(connection);
			this.#known.forget(connection);
			if (customers === 'keep') {
				this.updateConnection(connection, { standing: 'archived', keyTail: '', state: 'idle', problem: null });
				return;
			}
			this.list = this.list.filter((one) => one.id !== connection);
			this.emit('connections_changed', { connections: this.list });
			this.restock();
		});
	}

	setConnectionEnabled(connection: string, enabled: boolean): Promise<void> {
		return this.answer('setConnectionEnabled', [connection, enabled], () => {
			this.known(connection);
			this.updateConnection(connection, { standing: enabled ? 'active' : 'disabled', state: 'idle', problem: null });
		});
	}

	connections(): Promise<ConnectionView[]> {
		return this.answer('connections', [], () => this.list);
	}

	credentials(): Promise<CredentialView[]> {
		return this.answer('credentials', [], () => {
			const place = this.demo ? 'memory' : this.protecting.place;
			return this.list.map((one) => this.#known.view(one, place));
		});
	}

	testCredential(connection: string): Promise<ConnectionCheck> {
		return this.answer('testCredential', [connection], () => {
			this.known(connection);
			return this.#known.tested(connection, this.#check);
		});
	}

	rotateCredential(connection: string, apiKey: string, apiSecret: string, untested: boolean): Promise<Rotation> {
		return this.answer('rotateCredential', [connection, apiKey, apiSecret, untested], (): Rotation => {
			this.known(connection);
			if (!apiKey) throw new ProblemError({ code: 'bad_input', field: 'api_key', words: null });
			if (!apiSecret) throw new ProblemError({ code: 'bad_input', field: 'api_secret', words: null });
			if (untested) return this.#known.wait(connection, apiKey);
			const check = this.#check;
			if ('code' in check) throw new ProblemError(check);
			this.#known.entered(connection);
			this.#known.discardNext(connection);
			this.#known.tested(connection, check);
			this.updateConnection(connection, { keyTail: apiKey.slice(-4) });
			return { state: 'in_use', customers: check.customers };
		});
	}

	tryNextCredential(connection: string): Promise<Rotation> {
		return this.answer('tryNextCredential', [connection], () => {
			const { rotation, keyTail } = this.#known.tryNext(connection, this.#check);
			if (keyTail !== null) this.updateConnection(connection, { keyTail });
			return rotation;
		});
	}

	discardNextCredential(connection: string): Promise<void> {
		return this.answer('discardNextCredential', [connection], () => this.#known.discardNext(connection));
	}

	protection(): Promise<Protection> {
		return this.answer('protection', [], () => (this.demo ? { place: 'memory', lockOn: false } : this.protecting.now));
	}

	unlock(passphrase: string): Promise<void> {
		return this.answer('unlock', [passphrase], () => {
			this.protecting.open(passphrase);
			this.turn(true, false);
		});
	}

	recover(code: string, passphrase: string): Promise<RecoveryCode> {
		return this.answer('recover', [code, passphrase], () => {
			const next = this.protecting.recover(code, passphrase);
			this.turn(true);
			return next;
		});
	}

	lockNow(): Promise<void> {
		return this.answer('lockNow', [], () => this.lock());
	}

	personActive(): Promise<void> {
		return this.answer('personActive', [], () => {});
	}

	setLock(passphrase: string): Promise<RecoveryCode> {
		return this.answer('setLock', [passphrase], () => this.protecting.set(passphrase));
	}

	removeLock(passphrase: string): Promise<void> {
		return this.answer('removeLock', [passphrase], () => this.protecting.remove(passphrase));
	}

	changePassphrase(old: string, next: string): Promise<void> {
		return this.answer('changePassphrase', [old, next], () => this.protecting.change(old, next));
	}

	newRecoveryCode(passphrase: string): Promise<RecoveryCode> {
		return this.answer('newRecoveryCode', [passphrase], () => this.protecting.newCode(passphrase));
	}

	makeVault(passphrase: string): Promise<RecoveryCode> {
		return this.answer('makeVault', [passphrase], () => {
			const code = this.protecting.make(passphrase);
			this.turn(true);
			return code;
		});
	}

	moveSecrets(to: Place, passphrase: string): Promise<RecoveryCode | null> {
		return this.answer('moveSecrets', [to, passphrase], () => this.protecting.move(to, passphrase));
	}

	copyForAMinute(text: string): Promise<void> {
		return this.answer('copyForAMinute', [text], () => {});
	}

	suggestedPath(purpose: FilePurpose, name: string): Promise<string> {
		return this.answer('suggestedPath', [purpose, name], () => `/home/officer/Documents/${name}.${EXTENSIONS[purpose]}`);
	}

	chooseFile(question: FileQuestion): Promise<ChosenFile | null> {
		return this.answer('chooseFile', [question], () => this.chosen);
	}

	exportConnections(order: ExportOrder): Promise<ExportDone> {
		return this.answer('exportConnections', [order], () => this.transfer.write(order, this.list));
	}

	readExport(path: string, passphrase: string): Promise<ImportPreview> {
		return this.answer('readExport', [path, passphrase], () => this.transfer.read(path, passphrase, this.list));
	}

	readSnippet(text: string): Promise<ImportPreview> {
		return this.answer('readSnippet', [text], () => this.transfer.readSnippet(text, this.list));
	}

	importConnections(preview: number, choices: ImportChoice[]): Promise<ImportDone> {
		return this.answer('importConnections', [preview, choices], () => {
			const items = this.transfer.take(preview);
			const done = { added: 0, replaced: 0 };
			for (const choice of choices) {
				const item = items[choice.item];
				if (!item || choice.action === 'skip') continue;
				const { environment, keyTail } = item;
				if (choice.action === 'replace' && item.existing) {
					this.#known.wait(item.existing, keyTail);
					done.replaced++;
					continue;
				}
				const provider = choice.provider ?? item.provider ?? '';
				const baseUrl = choice.baseUrl || item.baseUrl;
				const made = fakeConnection({ id: `n${this.#next++}`, provider, environment, label: choice.label, baseUrl, keyTail });
				this.list = [...this.list, { ...made, state: 'syncing', lastSynced: null }];
				done.added++;
			}
			this.emit('connections_changed', { connections: this.list });
			this.restock();
			return done;
		});
	}

	discardImport(preview: number): Promise<void> {
		return this.answer('discardImport', [preview], () => this.transfer.discard(preview));
	}

	protected known(connection: string): void {
		if (!this.list.some((one) => one.id === connection)) throw new ProblemError({ code: 'not_found', words: null });
	}
}
