/** The part of the invented backend that remembers past runs and keeps the book: its size, its backups, restoring them. */
import { type Backend, ProblemError } from '../backend';
import type {
	BackUpDone,
	BackUpOrder,
	BackupContents,
	BookSize,
	Compacted,
	ConnectionView,
	Findings,
	MetProblem,
	RunReport,
	UnreadableRecord,
} from '../bindings';
import { FakeKeeping } from './keeping';

/** Nothing was found. */
export const NOTHING_FOUND: Findings = {
	new: 0,
	verified: 0,
	pending: 0,
	rejected: 0,
	otherStatus: 0,
	blocked: 0,
	unblocked: 0,
	unlisted: 0,
	relisted: 0,
	otherwise: 0,
	unreadable: 0,
	problems: 0,
};

/** A run of connection c1 that saw its whole list and found nothing. */
export function fakeRun(over: Partial<RunReport> = {}): RunReport {
	const ended = Date.now() - 2 * 60_000;
	return {
		id: 1,
		connection: 'c1',
		kind: 'walk',
		state: 'complete',
		reason: null,
		started: new Date(ended - 95_000).toISOString(),
		ended: new Date(ended).toISOString(),
		seen: 1_420,
		announced: 1_420,
		findings: NOTHING_FOUND,
		problems: [],
		...over,
	};
}

type Kept = Pick<
	Backend,
	| 'syncRuns'
	| 'foundSince'
	| 'metProblems'
	| 'unreadableRecords'
	| 'sameMerchant'
	| 'watch'
	| 'networkChanged'
	| 'bookSize'
	| 'compactBook'
	| 'stopCompacting'
	| 'checkBook'
	| 'backUp'
	| 'verifyBackup'
	| 'restore'
	| 'setBookAside'
>;

type Backup = { passphrase: string; contents: BackupContents; connections: ConnectionView[] };

const LEAST_PASSPHRASE = 10;

export abstract class FakeUpkeep extends FakeKeeping implements Kept {
	/** Past runs, newest first. */
	runs: RunReport[] = [];
	/** Records that could not be read, by run. */
	readonly unreadable = new Map<number, UnreadableRecord[]>();
	/** Backups that were written, by path. */
	readonly backups = new Map<string, Backup>();
	#stop: () => void = () => {};
	#size: BookSize = { kibibytes: 48_640, unusedKibibytes: 6_144 };

	/** How much is there, for what a backup is said to hold. */
	protected abstract get size(): { connections: number; customers: number };

	syncRuns(connection: string | null, before: number | null, most: number): Promise<RunReport[]> {
		return this.answer('syncRuns', [connection, before, most], () => {
			if (connection !== null) this.known(connection);
			return this.#runsOf(connection)
				.filter(({ id }) => before === null || id < before)
				.slice(0, most);
		});
	}

	foundSince(connection: string | null, time: string): Promise<Findings> {
		return this.answer('foundSince', [connection, time], () => {
			const sum = { ...NOTHING_FOUND };
			for (const { findings, ended } of this.#runsOf(connection)) {
				if (ended === null || Date.parse(ended) <= Date.parse(time)) continue;
				for (const line of Object.keys(sum) as (keyof Findings)[]) sum[line] += findings[line];
			}
			return sum;
		});
	}

	metProblems(connection: string): Promise<MetProblem[]> {
		return this.answer('metProblems', [connection], () => {
			this.known(connection);
			return this.#runsOf(connection).flatMap(({ problems }) => [...problems].reverse());
		});
	}

	unreadableRecords(run: number): Promise<UnreadableRecord[]> {
		return this.answer('unreadableRecords', [run], () => this.unreadable.get(run) ?? []);
	}

	sameMerchant(connection: string): Promise<void> {
		return this.answer('sameMerchant', [connection], () => {
			const one = this.list.find(({ id }) => id === connection);
			if (one?.problem?.code !== 'other_merchant') throw new ProblemError({ code: 'conflict', words: null });
			this.updateConnection(connection, { state: 'syncing', problem: null });
		});
	}

	watch(opened: number[], onScreen: number[]): Promise<void> {
		return this.answer('watch', [opened, onScreen], () => {});
	}

	networkChanged(): Promise<void> {
		return this.answer('networkChanged', [], () => {});
	}

	bookSize(): Promise<BookSize> {
		return this.answer('bookSize', [], () => this.#size);
	}

	/** Compaction goes on until it is stopped. */
	endless = false;

	async compactBook(): Promise<Compacted> {
		const stopped = this.endless ? new Promise<void>((resolve) => (this.#stop = resolve)) : null;
		await stopped;
		return this.answer('compactBook', [], () => {
			if (stopped) throw new ProblemError({ code: 'cancelled', words: null });
			const before = this.#size.kibibytes;
			this.#size = { kibibytes: before - this.#size.unusedKibibytes, unusedKibibytes: 0 };
			return { beforeKibibytes: before, afterKibibytes: this.#size.kibibytes };
		});
	}

	stopCompacting(): Promise<void> {
		return this.answer('stopCompacting', [], () => this.#stop());
	}

	checkBook(): Promise<void> {
		return this.answer('checkBook', [], () => {});
	}

	backUp(order: BackUpOrder): Promise<BackUpDone> {
		return this.answer('backUp', [order], () => {
			if (!order.path.startsWith('/')) throw new ProblemError({ code: 'bad_input', field: 'path', words: null });
			if (order.passphrase.length < LEAST_PASSPHRASE) throw new ProblemError({ code: 'bad_input', field: 'passphrase', words: null });
			if (this.backups.has(order.path) && !order.replace) throw new ProblemError({ code: 'file_exists', words: null });
			const changes = this.runs.reduce((sum, { findings }) => sum + findings.verified + findings.rejected, 0);
			const contents = { kibibytes: this.#size.kibibytes - this.#size.unusedKibibytes, ...this.size, changes };
			this.backups.set(order.path, { passphrase: order.passphrase, contents, connections: this.list });
			return { path: order.path, contents };
		});
	}

	verifyBackup(path: string, passphrase: string): Promise<BackupContents> {
		return this.answer('verifyBackup', [path, passphrase], () => this.#backup(path, passphrase).contents);
	}

	restore(path: string, passphrase: string): Promise<BackupContents> {
		return this.answer('restore', [path, passphrase], () => {
			const { contents, connections } = this.#backup(path, passphrase);
			this.list = [...connections];
			this.restock();
			this.turn(true);
			return contents;
		});
	}

	setBookAside(): Promise<string> {
		return this.answer('setBookAside', [], () => {
			this.list = [];
			this.restock();
			this.turn(true);
			return '/home/officer/.local/share/vouch/book.set-aside-1.db';
		});
	}

	#runsOf(connection: string | null): RunReport[] {
		return this.runs.filter((run) => connection === null || run.connection === connection);
	}

	#backup(path: string, passphrase: string): Backup {
		const found = this.backups.get(path);
		if (!found) throw new ProblemError({ code: 'file_missing', words: null });
		if (found.passphrase !== passphrase) throw new ProblemError({ code: 'passphrase_wrong', until: null, words: null });
		return found;
	}
}
