import { fireEvent, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Change, Column, CustomerRow } from '$lib/backend/bindings';
import { FAKE_CONNECTIONS, FAKE_PROVIDERS } from '$lib/backend/fake';
import { customerRow, newest, problem, ScriptedDirectory, settle } from '$lib/search/scripted-directory';
import { SearchSession } from '$lib/search/session.svelte';
import { setLanguage } from '$lib/settings/language.svelte';
import CustomerCell from './CustomerCell.svelte';
import CustomerDetail from './CustomerDetail.svelte';

const NOW = Date.parse('2026-11-20T10:00:00Z');
const MARKUP = '<img src=x onerror=alert(1)><b>Robert</b>';

beforeEach(() => {
	vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
});
afterEach(() => {
	vi.useRealTimers();
});

describe('a cell', () => {
	const draw = (column: Column, change: Partial<CustomerRow> = {}): HTMLElement =>
		render(CustomerCell, { row: customerRow(1, change), column, providers: FAKE_PROVIDERS }).container;

	it('shows markup in a name as the text that it is', () => {
		const cell = draw('name', { name: MARKUP, highlights: { name: [[28, 37]], email: [], phone: [], id: [] } });
		expect(cell).toHaveTextContent(MARKUP);
		expect(cell.querySelector('img, b')).toBeNull();
		expect(cell.querySelector('mark')).toHaveTextContent('<b>Robert');
	});

	it('marks what matched, in any script', () => {
		const cell = draw('name', { name: 'Мария Гарсия 😀', highlights: { name: [[6, 12]], email: [], phone: [], id: [] } });
		expect([...cell.querySelectorAll('mark')].map((mark) => mark.textContent)).toEqual(['Гарсия']);
		expect(cell).toHaveTextContent('Мария Гарсия 😀');
	});

	it('ends direction overrides with the text they are in, and cuts what nobody could read', () => {
		const cell = draw('name', { name: `\u202e${'й'.repeat(10_000)}` });
		expect(cell.querySelector('bdi')?.textContent?.length).toBeLessThan(410);
	});

	it.each(['name', 'email', 'phone', 'trust', 'payments', 'paid', 'last_payment', 'created', 'blocked'] as const)(
		'says that %s is not stated',
		(column) => {
			const nothing = { name: null, email: ' ', phone: null, trust: null, payments: null, paid: null, lastPayment: null, created: null };
			expect(within(draw(column, { ...nothing, blocked: 'unknown' })).getByText('Not stated')).toBeInTheDocument();
		},
	);

	it.each([
		['verified', null, 'Verified'],
		['rejected', null, 'Rejected'],
		['not_started', null, 'Not started'],
		['unknown', 'IN_REVIEW', 'IN_REVIEW'],
		['unknown', null, 'Not stated'],
		['unknown', '  ', 'Not stated'],
		['unknown', MARKUP, `${MARKUP.slice(0, 40)}…`],
	] as const)('says a KYC status of %s (%s) by shape, word and colour', (status, word, text) => {
		const badge = draw('kyc', { kyc: { status, word } }).querySelector('[data-kyc]');
		expect(badge).toHaveAttribute('data-kyc', status);
		expect(badge).toHaveTextContent(text);
		expect(badge?.querySelector('svg')).not.toBeNull();
		expect(badge?.querySelector('img')).toBeNull();
	});

	it.each([
		['en', '2026-11-16T09:00:00Z', 'Pending 4 d'],
		['ru', '2026-11-16T09:00:00Z', 'На проверке 4 дн.'],
		['es', '2026-11-16T09:00:00Z', 'Pendiente 4 d'],
		['en', '2026-11-19T11:00:00Z', 'Pending'],
	] as const)('says in %s how long somebody has been pending since %s', (language, kycSince, text) => {
		setLanguage(language);
		const badge = draw('kyc', { kyc: { status: 'pending', word: null }, kycSince }).querySelector('[data-kyc]');
		expect(badge?.textContent?.replace(/\s+/g, ' ').trim()).toBe(text);
	});

	it('says that another connection disagrees', () => {
		expect(within(draw('kyc', { disagrees: true })).getByTitle(/Another connection/)).toBeInTheDocument();
	});

	it('names the provider, also one without a name here', () => {
		expect(draw('provider')).toHaveTextContent('Love&Pay');
		expect(draw('provider', { provider: 'newcomer' })).toHaveTextContent('newcomer');
	});

	it('shows money with its currency and times relative, exact on hover', () => {
		expect(draw('paid')).toHaveTextContent('€1,204.50');
		const time = draw('last_payment', { lastPayment: '2026-11-20T09:58:00Z' }).querySelector('time');
		expect(time).toHaveTextContent('2 min ago');
		expect(time?.title).toMatch(/2026/);
	});
});

describe('the card', () => {
	let directory: ScriptedDirectory;
	let session: SearchSession;

	beforeEach(async () => {
		directory = new ScriptedDirectory(5);
		directory.dress = (row) => ({ ...row, connection: 'c1' });
		session = new SearchSession(directory);
		void session.start();
		await settle();
		await newest(directory.searches).answer();
	});
	afterEach(() => session.stop());

	async function open(detail: Parameters<(typeof directory.cards)[number]['answer']>[0] = {}): Promise<HTMLElement> {
		render(CustomerDetail, { session, providers: FAKE_PROVIDERS, connections: FAKE_CONNECTIONS });
		session.focus(1);
		session.openRow(1);
		flushSync();
		await newest(directory.cards).answer(detail);
		flushSync();
		return screen.getByTestId('detail');
	}
	const field = (card: HTMLElement, name: string): HTMLElement => card.querySelector(`[data-field=${name}]`) as HTMLElement;
	const change = (id: number, over: Partial<Change>): Change => ({
		id,
		field: 'kyc',
		before: 'pending',
		after: 'verified',
		seenAt: '2026-11-20T09:00:00Z',
		seenBy: 'sync',
		...over,
	});

	it('is there only while somebody is shown', async () => {
		const card = await open();
		expect(card).toHaveAttribute('data-customer', 'id-1');
		session.close();
		flushSync();
		expect(screen.queryByTestId('detail')).toBeNull();
	});

	it('shows each field, and what is not stated', async () => {
		const card = await open({ row: customerRow(1, { connection: 'c1', phone: null, name: MARKUP, blocked: 'yes', trust: null }) });
		expect(field(card, 'name')).toHaveTextContent(MARKUP);
		expect(field(card, 'name').querySelector('img')).toBeNull();
		expect(field(card, 'email')).toHaveTextContent('customer1@example.com');
		expect(field(card, 'phone')).toHaveTextContent('Not stated');
		expect(field(card, 'trust')).toHaveTextContent('Not stated');
		expect(field(card, 'paid')).toHaveTextContent('€1,204.50');
		expect(field(card, 'blocked')).toHaveTextContent('Blocked');
		expect(field(card, 'connection')).toHaveTextContent('Love&Pay · live');
		expect(field(card, 'as_of')).toHaveTextContent('As of 2 min ago');
		for (const name of ['id', 'kyc', 'provider', 'payments', 'last_payment', 'created', 'first_seen', 'last_seen']) {
			expect(field(card, name), name).not.toBeNull();
		}
	});

	it('shows a name of 10,000 letters whole', async () => {
		const name = 'Ж'.repeat(10_000);
		const card = await open({ row: customerRow(1, { name }) });
		expect(field(card, 'name').textContent?.trim()).toBe(name);
	});

	it('tells the history newest first, in words', async () => {
		const card = await open({
			history: [
				change(4, { field: 'unlisted', before: null, after: '2026-11-20T09:00:00Z' }),
				change(3, {}),
				change(2, { field: 'kyc', before: 'unknown:IN_REVIEW', after: 'pending', seenBy: 'action' }),
				change(1, { field: 'phone', before: null, after: '+34 600 000 000' }),
				change(0, { field: 'paid', before: null, after: '12345678901234567.89 EUR' }),
				change(-1, { field: 'blocked', before: 'yes', after: 'no' }),
			],
		});
		const items = within(card).getByTestId('history').querySelectorAll('li[data-change]');
		const said = [...items].map((item) => item.textContent?.replace(/\s+/g, ' ').trim());
		expect(said[0]).toMatch(/^No longer listed by the provider/);
		expect(said[1]).toMatch(/^Pending →\s?became Verified/);
		expect(said[2]).toMatch(/^IN_REVIEW →\s?became Pending.*by an action here$/);
		expect(said[3]).toMatch(/^Phone: Not stated →\s?became \+34 600 000 000.*seen by sync$/);
		expect([...items].map((item) => item.getAttribute('data-change'))).toEqual(['unlisted', 'kyc', 'kyc', 'phone', 'paid', 'blocked']);
		expect(said[4]).toMatch(/^Paid: Not stated →\s?became €12,345,678,901,234,567\.89/);
		expect(said[5]).toMatch(/^Blocked →\s?became Not blocked/);
	});

	it('names the connections that disagree, and leads there', async () => {
		const other = customerRow(77, { connection: 'c2', provider: 'cryptopocket', kyc: { status: 'rejected', word: null } });
		const same = customerRow(78, { connection: 'c2', provider: 'cryptopocket' });
		const card = await open({ row: customerRow(1, { disagrees: true }), others: [other, same] });
		const notice = within(card).getByTestId('disagreement');
		expect(notice).toHaveTextContent('Statuses disagree');
		expect(notice).toHaveTextContent('Rejected');
		expect(notice).toHaveTextContent('Cryptopocket · sandbox');
		expect(within(notice).getAllByRole('button')).toHaveLength(1);
		expect(within(card).getByTestId('others')).toHaveTextContent('Verified');
		await userEvent.click(within(notice).getByRole('button'));
		expect(session.opened.key).toBe(77);
	});

	it('says that the provider no longer lists the customer', async () => {
		const card = await open({ row: customerRow(1, { unlistedSince: '2026-11-18T00:00:00Z' }) });
		expect(field(card, 'unlisted_since')).toHaveTextContent(/Not listed by the provider since/);
	});

	it('keeps the record folded, and shows it as text', async () => {
		const card = await open({ raw: `{"name":"${MARKUP}"}` });
		expect(card.querySelector('details')).not.toHaveAttribute('open');
		expect(card.querySelector('pre')).toHaveTextContent(MARKUP);
		expect(card.querySelector('pre img')).toBeNull();
	});

	it('copies, and says whether that worked', async () => {
		const user = userEvent.setup();
		const card = await open();
		await user.click(within(card).getByRole('button', { name: 'Copy e-mail' }));
		expect(await navigator.clipboard.readText()).toBe('customer1@example.com');
		expect(within(card).getByText('Copied')).toBeInTheDocument();
		vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new DOMException('denied'));
		await user.click(within(card).getByRole('button', { name: 'Copy ID' }));
		expect(within(card).getByText('Could not be copied')).toBeInTheDocument();
	});

	it('steps to the neighbours by buttons and keys, and closes to the grid', async () => {
		const grid = vi.fn();
		session.places.grid = grid;
		const card = await open();
		expect(card).toHaveTextContent('2 of 5');
		await userEvent.click(within(card).getByRole('button', { name: 'Next customer' }));
		expect(session.opened.key).toBe(2);
		await fireEvent.keyDown(card, { key: 'ArrowUp', altKey: true });
		await fireEvent.keyDown(card, { key: 'ArrowUp', altKey: true });
		flushSync();
		expect(session.opened.key).toBe(0);
		expect(within(card).getByRole('button', { name: 'Previous customer' })).toBeDisabled();
		await fireEvent.keyDown(card, { key: 'Escape' });
		expect(session.opened.key).toBeNull();
		expect(grid).toHaveBeenCalledOnce();
	});

	it('tells why a card could not be had, and tries again', async () => {
		render(CustomerDetail, { session, providers: FAKE_PROVIDERS, connections: FAKE_CONNECTIONS });
		session.openRow(1);
		await newest(directory.cards).fail(problem('not_found'));
		flushSync();
		const card = screen.getByTestId('detail');
		expect(card.querySelector('[data-problem=not_found]')).not.toBeNull();
		await userEvent.click(within(card).getByRole('button', { name: 'Try again' }));
		await newest(directory.cards).answer();
		flushSync();
		expect(card.querySelector('[data-problem]')).toBeNull();
	});
});
