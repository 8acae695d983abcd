/** Invented customers for development and component tests. The same seed gives the same people. */
import type { Change, CustomerDetail, CustomerRow, KycBadge, TrustBadge } from '../bindings';

const DAY = 86_400_000;

/** mulberry32: a small generator of even quality; nothing here needs more. */
export function randomFrom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	};
}

const GIVEN = {
	ru: 'Иван Мария Айгерим Дмитрий Ольга Сергей Наталья Ерлан Алия Пётр Семён Татьяна Виктор Жанна Юлия Фёдор'.split(' '),
	es: 'Lucía José María Álvaro Sofía Íñigo Begoña Javier Carmen Raúl Núria Diego Ximena Andrés Pilar Óscar'.split(' '),
	en: 'John Jane Oliver Amelia Harry Isla George Ava Noah Emily Jack Freya Arthur Grace Theo Ruth'.split(' '),
};
const FAMILY = {
	ru: 'Иванов Гарсия Петров Смагулов Кузнецов Чайковский Нурланов Соколов Лебедев Ахметов Королёв Щербаков Жуков Юсупов'.split(' '),
	es: 'García Peña Muñoz Fernández Ibáñez Rodríguez Núñez López Ortega Gutiérrez Castaño Vázquez Romero Iglesias'.split(' '),
	en: "Smith Garcia Taylor O'Connor Walker Hughes Bennett Clarke Edwards Wright Foster Murray Shaw Hayes".split(' '),
};
const PREFIX = { ru: '+7 9', es: '+34 6', en: '+44 7' } as const;
const CURRENCY = { ru: 'RUB', es: 'EUR', en: 'GBP' } as const;

const LATIN: Record<string, string> = Object.fromEntries(
	'а a б b в v г g д d е e ё e ж zh з z и i й y к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ shch ъ _ ы y ь _ э e ю yu я ya'
		.split(' ')
		.reduce<[string, string][]>((pairs, part, at, all) => {
			if (at % 2 === 0) pairs.push([part, (all[at + 1] ?? '').replace('_', '')]);
			return pairs;
		}, []),
);

/** One character folded: case, diacritics, script. May become no character or several. */
export function foldCharacter(character: string): string {
	let folded = '';
	for (const part of character.toLowerCase()) {
		const latin = LATIN[part];
		folded += latin ?? part.normalize('NFD').replace(/\p{M}/gu, '');
	}
	return folded;
}

export function fold(text: string): string {
	let folded = '';
	for (const character of text) folded += foldCharacter(character);
	return folded;
}

export type Person = { row: CustomerRow; history: Change[]; raw: string };

export type Book = { people: Person[]; others: Map<string, Person[]> };

const NOTHING = { name: [], email: [], phone: [], id: [] };

/** Customers of two connections; about one in nine is known to both, and some of these disagree. */
export function inventBook(count: number, connections: { id: string; provider: string }[], seed: number, now: number): Book {
	const random = randomFrom(seed);
	const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
	const people: Person[] = [];
	for (let key = 1; key <= count; key++) {
		const connection = connections[key % 5 < 3 ? 0 : Math.min(1, connections.length - 1)];
		if (!connection) break;
		const twin = random() < 0.11 ? pick(people) : undefined;
		const language = pick(['ru', 'ru', 'es', 'es', 'en'] as const);
		const given = pick(GIVEN[language]);
		const family = pick(FAMILY[language]);
		const shared = twin && twin.row.connection !== connection.id ? twin.row : null;
		const name = shared?.name ?? (random() < 0.01 ? null : `${given} ${family}${language === 'es' ? ` ${pick(FAMILY.es)}` : ''}`);
		const email = shared?.email ?? `${fold(given)}.${fold(family).replace(/[^a-z]/g, '')}${Math.floor(random() * 900 + 100)}@example.com`;
		const digits = String(Math.floor(random() * 900_000_000) + 100_000_000);
		const silent = connection.provider === 'cryptopocket';
		const kyc = inventKyc(random());
		const paid = random() < 0.2 ? null : (random() ** 4 * 90_000).toFixed(2);
		const created = now - Math.floor(random() * 700 * DAY);
		people.push({
			row: {
				key,
				connection: connection.id,
				provider: connection.provider,
				id: silent ? String(10_000 + key) : `cus_${(key * 7_919).toString(36).padStart(6, '0')}`,
				name: key === 7 ? '<b>Robert</b> <img src=x onerror=alert(1)>' : name,
				email,
				phone: silent ? null : `${PREFIX[language]}${digits.slice(0, 2)} ${digits.slice(2, 5)}-${digits.slice(5, 7)}-${digits.slice(7, 9)}`,
				kyc,
				kycSince: new Date(now - Math.floor(random() ** 2 * 60 * DAY)).toISOString(),
				trust: silent ? null : inventTrust(random()),
				blocked: silent ? 'unknown' : random() < 0.03 ? 'yes' : 'no',
				payments: paid === null ? 0 : Math.floor(random() * 60) + 1,
				paid: { amount: paid ?? '0', currency: CURRENCY[language] },
				lastPayment: paid === null ? null : new Date(now - Math.floor(random() * 200 * DAY)).toISOString(),
				created: new Date(created).toISOString(),
				firstSeen: new Date(now - 3 * DAY).toISOString(),
				lastSeen: new Date(now - 2 * 60_000).toISOString(),
				unlistedSince: random() < 0.006 ? new Date(now - 2 * DAY).toISOString() : null,
				disagrees: shared !== null && shared.kyc.status !== kyc.status,
				highlights: NOTHING,
			},
			history: [],
			raw: '',
		});
		const person = people[people.length - 1];
		if (shared && twin && person) twin.row.disagrees ||= person.row.disagrees;
	}
	const others = new Map<string, Person[]>();
	for (const person of people) {
		person.history = inventHistory(person.row, random, now);
		person.raw = JSON.stringify({ id: person.row.id, name: person.row.name, email: person.row.email, phone: person.row.phone }, null, 2);
		const known = others.get(person.row.email ?? '');
		if (known) known.push(person);
		else others.set(person.row.email ?? '', [person]);
	}
	return { people, others };
}

function inventKyc(share: number): KycBadge {
	if (share < 0.64) return { status: 'verified', word: null };
	if (share < 0.84) return { status: 'pending', word: null };
	if (share < 0.92) return { status: 'rejected', word: null };
	if (share < 0.994) return { status: 'not_started', word: null };
	return { status: 'unknown', word: share < 0.998 ? 'IN_REVIEW' : null };
}

function inventTrust(share: number): TrustBadge {
	if (share < 0.4) return { level: 'new', word: null };
	if (share < 0.7) return { level: 'level_1', word: null };
	if (share < 0.9) return { level: 'level_2', word: null };
	if (share < 0.995) return { level: 'level_3', word: null };
	return { level: 'unknown', word: 'LEVEL_9' };
}

function inventHistory(row: CustomerRow, random: () => number, now: number): Change[] {
	const facet = kycFacet(row.kyc);
	const changes: Change[] = [];
	if (row.kyc.status !== 'not_started' && random() < 0.7) {
		changes.push({ id: row.key * 10 + 2, field: 'kyc', before: 'pending', after: facet, seenAt: row.kycSince, seenBy: 'sync' });
		changes.push({
			id: row.key * 10 + 1,
			field: 'kyc',
			before: 'not_started',
			after: 'pending',
			seenAt: new Date(Date.parse(row.kycSince) - 3 * DAY).toISOString(),
			seenBy: 'sync',
		});
	}
	if (random() < 0.2) {
		const seenAt = new Date(now - 5 * DAY).toISOString();
		changes.push({ id: row.key * 10 + 3, field: 'phone', before: '+34 600 000 000', after: row.phone, seenAt, seenBy: 'sync' });
	}
	return changes.sort((a, b) => b.seenAt.localeCompare(a.seenAt));
}

/** How a status stands in facets and history: `verified`, `unknown:IN_REVIEW`. */
export function kycFacet(kyc: KycBadge): string {
	return kyc.status === 'unknown' ? `unknown:${kyc.word ?? ''}` : kyc.status;
}

export function trustFacet(trust: TrustBadge | null): string {
	if (!trust) return 'none';
	return trust.level === 'unknown' ? `unknown:${trust.word ?? ''}` : trust.level;
}

export function detailOf(book: Book, person: Person): CustomerDetail {
	const others = (book.others.get(person.row.email ?? '') ?? []).filter(
		(other) => other !== person && other.row.connection !== person.row.connection,
	);
	return { row: person.row, history: person.history, others: others.map((other) => other.row), raw: person.raw };
}
