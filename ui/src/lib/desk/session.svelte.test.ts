import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeBackend, fakeConnection } from '$lib/backend/fake';
import { language } from '$lib/settings/language.svelte';
import { DeskSession } from './session.svelte';

const started: DeskSession[] = [];
beforeEach(() => {
	vi.useFakeTimers({ shouldAdvanceTime: true });
});
afterEach(() => {
	for (const desk of started.splice(0)) desk.stop();
	vi.useRealTimers();
});

async function open(backend: FakeBackend, languages = ['en']): Promise<DeskSession> {
	const desk = new DeskSession(backend, languages);
	started.push(desk);
	await desk.start();
	return desk;
}

describe('the phase', () => {
	it('is welcome without connections, and open with the first one', async () => {
		const backend = new FakeBackend({ connections: [] });
		const desk = await open(backend);
		expect(desk.phase).toBe('welcome');
		const draft = {
			provider: 'loveandpay',
			environment: 'live' as const,
			label: '',
			baseUrl: '',
			apiKey: 'pk_1',
			apiSecret: 'sk_1',
			requestsPerMinute: null,
			requestsPerHour: null,
		};
		await desk.saveConnection(draft, null);
		expect(desk.phase).toBe('open');
	});

	it('is closed with a reason, until a try opens it', async () => {
		const backend = new FakeBackend({ closed: { code: 'keyring_locked', words: null } });
		const desk = await open(backend);
		expect(desk.phase).toBe('closed');
		await desk.retry();
		expect(desk.problem?.code).toBe('keyring_locked');
		expect(desk.notices.list).toEqual([]);
		backend.reopen();
		await desk.retry();
		expect(desk.phase).toBe('open');
		expect(desk.problem).toBeNull();
	});

	it('is loading for as long as the book is being opened', async () => {
		const backend = new FakeBackend({ opening: true });
		const desk = await open(backend);
		expect(desk.phase).toBe('loading');
		backend.finishOpening();
		await vi.waitFor(() => expect(desk.phase).toBe('open'));
	});

	it('is failed when not even the state can be had, and can be tried again', async () => {
		const backend = new FakeBackend();
		backend.failNext('appState', { code: 'internal', words: null });
		const desk = await open(backend);
		expect(desk.phase).toBe('failed');
		await desk.retry();
		expect(desk.phase).toBe('open');
	});

	it('enters the sample and leaves it', async () => {
		const desk = await open(new FakeBackend({ connections: [], customers: 50 }));
		await desk.startDemo();
		expect([desk.phase, desk.demo, desk.connections.length]).toEqual(['open', true, 2]);
		await desk.leaveDemo();
		expect([desk.phase, desk.demo]).toEqual(['welcome', false]);
	});

	it('stays when the sample cannot be entered, and says why', async () => {
		const backend = new FakeBackend({ connections: [] });
		const desk = await open(backend);
		backend.failNext('startDemo', { code: 'disk_full', words: null });
		await desk.startDemo();
		expect(desk.phase).toBe('welcome');
		expect(desk.notices.list).toMatchObject([{ kind: 'problem', problem: { code: 'disk_full' } }]);
	});
});

describe('what changes', () => {
	it('is followed for connections', async () => {
		const backend = new FakeBackend({ customers: 10, connections: [fakeConnection({ id: 'c1' })] });
		const desk = await open(backend);
		backend.updateConnection('c1', { state: 'syncing', synced: 7 });
		expect(desk.connections[0]).toMatchObject({ state: 'syncing', synced: 7 });
	});

	it('is counted at most once in a while, however often it is announced', async () => {
		const backend = new FakeBackend({ customers: 10 });
		const desk = await open(backend);
		await vi.advanceTimersByTimeAsync(2_000);
		expect(desk.count('all'), 'nobody has said that rows are on screen').toBe(10);
		const before = backend.count('viewCounts');
		for (let at = 0; at < 50; at++) backend.changeDirectory((book) => book.people.splice(9));
		await vi.advanceTimersByTimeAsync(700);
		expect(backend.count('viewCounts')).toBe(before + 1);
		expect(desk.count('all')).toBe(9);
	});

	it('is not followed after the end', async () => {
		const backend = new FakeBackend({ customers: 10 });
		const desk = await open(backend);
		desk.stop();
		const before = backend.calls.length;
		backend.changeDirectory();
		await vi.advanceTimersByTimeAsync(5000);
		expect(backend.calls).toHaveLength(before);
	});
});

describe('preferences', () => {
	it('hold and are written down at once, and what follows closely when it rests', async () => {
		const backend = new FakeBackend();
		const desk = await open(backend);
		desk.prefer({ theme: 'dark' });
		for (let width = 240; width < 300; width += 5) desk.prefer({ sidebarWidth: width });
		expect(document.documentElement.dataset.theme).toBe('dark');
		expect(desk.preferences.sidebarWidth).toBe(295);
		expect(backend.count('savePreferences')).toBe(1);
		expect(backend.preferences.theme).toBe('dark');
		await vi.advanceTimersByTimeAsync(500);
		expect(backend.count('savePreferences')).toBe(2);
		expect(backend.preferences).toMatchObject({ theme: 'dark', sidebarWidth: 295 });
	});

	it('are not lost when the window closes at once', async () => {
		const backend = new FakeBackend();
		const desk = await open(backend);
		desk.prefer({ language: 'es' });
		desk.stop();
		await vi.advanceTimersByTimeAsync(0);
		expect(backend.preferences.language).toBe('es');
	});

	it('choose the language, unless one was asked for at the start', async () => {
		const desk = await open(new FakeBackend({ preferences: { language: 'ru' } }), ['es-ES']);
		expect(language()).toBe('ru');
		desk.prefer({ language: null });
		expect(language()).toBe('es');
		await open(new FakeBackend({ preferences: { language: 'ru' }, languageOverride: 'en' }));
		expect(language()).toBe('en');
	});

	it('that cannot be written are told once', async () => {
		const backend = new FakeBackend();
		const desk = await open(backend);
		backend.failNext('savePreferences', { code: 'disk_read_only', words: null });
		desk.prefer({ theme: 'light' });
		await vi.advanceTimersByTimeAsync(500);
		expect(desk.notices.list).toMatchObject([{ kind: 'problem', problem: { code: 'disk_read_only' } }]);
		expect(desk.preferences.theme).toBe('light');
	});
});
