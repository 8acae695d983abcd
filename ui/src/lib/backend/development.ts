/**
 * The invented backend in the states that screens have to be looked at in: `?scene=empty`, `?scene=syncing`,
 * `?scene=troubles`, `?scene=runs`, `?scene=demo`, `?scene=keys`, `?scene=vault`, `?scene=locked`, `?scene=sealed`, `?scene=closed&code=keyring_locked`; also `lang`, `theme` and `customers`.
 *
 * The console has it as `backend`, for what no address says: `backend.endless = true` before compacting, an event.
 */
import type { ConnectionView, Findings, Language, Problem, RunReport, Theme } from './bindings';
import { FAKE_CONNECTIONS, FAKE_PASSPHRASE, FakeBackend, type FakeOptions, fakeConnection } from './fake';
import { fakeRun, NOTHING_FOUND } from './fake/upkeep';

const WORDS = { httpStatus: 401, code: 'INVALID_SIGNATURE', message: 'Signature mismatch', requestId: 'req_7f31c0' };

const SYNCING: ConnectionView[] = [
	fakeConnection({ state: 'syncing', synced: 29_800, total: 48_100, secondsLeft: 640 }),
	fakeConnection({ id: 'c2', provider: 'cryptopocket', environment: 'sandbox', keyTail: '' }),
];

const TROUBLES: ConnectionView[] = [
	fakeConnection({ label: 'Madrid', state: 'error', problem: { code: 'credentials_rejected', words: WORDS } }),
	fakeConnection({ id: 'c2', provider: 'cryptopocket', state: 'offline', problem: { code: 'offline', words: null } }),
	fakeConnection({
		id: 'c3',
		state: 'waiting',
		synced: 900,
		total: 48_100,
		waitingUntil: new Date(Date.now() + 1_500_000).toISOString(),
	}),
	fakeConnection({ id: 'c4', label: 'Almaty', rejected: 3 }),
];

const KEYS: FakeOptions = {
	connections: [
		fakeConnection({ label: 'Madrid' }),
		fakeConnection({ id: 'c2', provider: 'cryptopocket', baseUrl: 'https://pay.example/api', keyTail: 'x71b' }),
		fakeConnection({ id: 'c3', label: 'Almaty', environment: 'sandbox', baseUrl: 'https://sandbox.loveandpay.example' }),
		fakeConnection({ id: 'c4', label: 'Sevilla', standing: 'disabled' }),
		fakeConnection({ id: 'c5', label: 'Kazán', standing: 'archived', keyTail: '' }),
	],
	credentials: {
		c1: { ageDays: 214, test: { at: new Date(Date.now() - 3 * 86_400_000).toISOString(), problem: null } },
		c2: { test: { at: new Date(Date.now() - 3_600_000).toISOString(), problem: 'credentials_rejected' } },
		c3: { ageDays: 190, next: { keyTail: 'q9ze', setAt: new Date(Date.now() - 7_200_000).toISOString(), problem: 'offline' } },
		c4: { presence: 'missing', usedAt: null },
	},
	protection: { passphrase: FAKE_PASSPHRASE },
};

const MINUTE = 60_000;
const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE).toISOString();

const RUNNING: ConnectionView[] = [
	fakeConnection({ label: 'Madrid', state: 'syncing', synced: 29_800, total: 48_100, secondsLeft: 640, lastSynced: ago(190) }),
	fakeConnection({ id: 'c2', provider: 'cryptopocket', incomplete: true, nextWalk: ago(-14), lastSynced: ago(320) }),
	fakeConnection({ id: 'c3', label: 'Almaty', state: 'error', problem: { code: 'other_merchant', words: null }, lastSynced: ago(2900) }),
];

const REFUSED = { code: 'provider_down', words: WORDS, firstMet: ago(90), lastMet: ago(84), times: 4 };

/** Runs of every kind. */
function runs(): RunReport[] {
	const found = (over: Partial<Findings>): Findings => ({ ...NOTHING_FOUND, ...over });
	const made: Partial<RunReport>[] = [
		{ state: 'open', started: ago(3), ended: null, seen: 29_800, announced: 48_100, findings: found({ verified: 6, new: 11 }) },
		{ connection: 'c2', kind: 'refresh', started: ago(9), ended: ago(9), seen: 20, announced: null, findings: found({ verified: 1 }) },
		{ connection: 'c2', state: 'incomplete', reason: 'total_not_reached', started: ago(61), ended: ago(58), seen: 1_402 },
		{ started: ago(96), ended: ago(80), seen: 48_089, announced: 48_089, findings: found({ unreadable: 3 }), problems: [REFUSED] },
		{
			started: ago(190),
			ended: ago(171),
			seen: 48_089,
			findings: found({ verified: 7, rejected: 2, new: 20, unlisted: 1, otherwise: 44 }),
		},
		{ connection: 'c2', started: ago(320), ended: ago(318) },
	];
	return made.map((over, at) => fakeRun({ id: made.length - at, ...over }));
}

function scene(name: string | null, code: string | null): FakeOptions {
	switch (name) {
		case 'empty':
			return { connections: [] };
		case 'first':
			return { connections: [fakeConnection({ state: 'syncing', synced: 1, lastSynced: null, total: 48_100 })], customers: 0 };
		case 'syncing':
			return { connections: SYNCING };
		case 'troubles':
			return { connections: TROUBLES };
		case 'runs':
			return { connections: RUNNING };
		case 'demo':
			return { demo: true };
		case 'keys':
			return KEYS;
		case 'vault':
			return { ...KEYS, protection: { place: 'vault', passphrase: FAKE_PASSPHRASE } };
		case 'locked':
			return { ...KEYS, protection: { passphrase: FAKE_PASSPHRASE, closed: true } };
		case 'sealed':
			return { ...KEYS, protection: { place: 'vault', passphrase: FAKE_PASSPHRASE, closed: true } };
		case 'closed':
			return { vaultPossible: true, closed: { code: code ?? 'keyring_locked', words: null } as Problem };
		case 'opening':
			return { opening: true };
		default:
			return { connections: FAKE_CONNECTIONS };
	}
}

export function developmentBackend(search: URLSearchParams): FakeBackend {
	const backend = new FakeBackend({
		...scene(search.get('scene'), search.get('code')),
		preferences: { theme: (search.get('theme') ?? 'system') as Theme },
		languageOverride: search.get('lang') as Language | null,
		...(search.has('customers') ? { customers: Number(search.get('customers')) } : {}),
		delay: Number(search.get('delay') ?? 15),
	});
	if (search.get('scene') === 'runs') {
		backend.runs = runs();
		backend.unreadable.set(3, [{ reason: 'no id', raw: '{"email":"ana@example.com"}', seenAt: ago(82) }]);
	}
	Object.assign(globalThis, { backend });
	return backend;
}
