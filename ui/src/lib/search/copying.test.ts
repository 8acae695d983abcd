import { describe, expect, it, vi } from 'vitest';
import { ProblemError } from '$lib/backend/backend';
import { Notices } from '$lib/notice/notices.svelte';
import { headerLine, MOST_COPIED, pieces, rowText, textOf } from './copying';
import { Copying } from './copying.svelte';
import { problem, ScriptedDirectory, settle } from './scripted-directory';
import { SearchSession } from './session.svelte';

describe('the text of rows', () => {
	it('has a header with the currency beside the amount, and says that times are in UTC', () => {
		expect(headerLine(['name', 'paid', 'created'])).toBe('Customer\tPaid\tCurrency\tCreated (UTC)\n');
	});

	it('is in the words of the interface', () => {
		const text = rowText(['kyc'], []);
		expect(text.kyc).toMatchObject({ verified: 'Verified', 'unknown:': 'Not stated' });
		expect(text.blocked).toMatchObject({ unknown: 'Not stated' });
	});

	it('is fetched in pieces that hold whole ranges in order and end at the limit', () => {
		const spans = [
			{ first: 0, last: 0 },
			{ first: 5, last: 9 },
			{ first: 20, last: 40 },
		];
		const taken = [...pieces(spans, 4, 11)];
		expect(taken.map(({ rows }) => rows)).toEqual([4, 4, 3]);
		const rows = taken
			.flatMap((piece) => piece.spans)
			.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, at) => first + at));
		expect(rows).toEqual([0, 5, 6, 7, 8, 9, 20, 21, 22, 23, 24]);
	});

	it('of a million rows ends at the limit', async () => {
		const directory = { rowsAsText: vi.fn(async () => '') };
		const order = { result: 1, spans: [{ first: 0, last: 999_999 }], columns: ['name'] as const, providers: [] };
		let copied = 0;
		await textOf(directory, order, new AbortController().signal, (done) => {
			copied = done;
		});
		expect(copied).toBe(MOST_COPIED);
	});
});

describe('copying', () => {
	async function start(size: number) {
		const directory = new ScriptedDirectory(size, { prompt: true });
		const session = new SearchSession(directory);
		await session.start();
		const notices = new Notices();
		const copying = new Copying(session, notices, () => ({ columns: ['name'], providers: [] }));
		const written: string[] = [];
		vi.stubGlobal('ClipboardItem', undefined);
		vi.stubGlobal('navigator', {
			language: 'en',
			languages: ['en'],
			platform: 'Linux',
			clipboard: { writeText: async (text: string) => written.push(text) },
		});
		return { directory, session, notices, copying, written };
	}
	const told = (notices: Notices): string[] => notices.list.map((notice) => (notice.kind === 'done' ? notice.text : notice.problem.code));

	it('takes the focused row when none is selected, else the selected ones', async () => {
		const { session, notices, copying, written } = await start(50);
		session.focus(3);
		await copying.copy();
		session.selection.startAt(1);
		session.selection.extendTo(2, 1);
		await copying.copy();
		expect(written).toEqual(['Customer\nid-3\n', 'Customer\nid-1\nid-2\n']);
		expect(told(notices)).toEqual(['1 row copied', '2 rows copied']);
	});

	it('says so when it is stopped, refused by the system, or fails', async () => {
		const { directory, session, notices, copying, written } = await start(50);
		session.selection.everything();
		let answer = (_: string): void => {};
		directory.rowsAsText = () => new Promise((resolve) => (answer = resolve));
		const going = copying.copy();
		expect(copying.progress).toEqual({ done: 0, total: 50 });
		copying.stop();
		answer('late');
		await going;
		directory.rowsAsText = async () => {
			throw new ProblemError(problem('disk'));
		};
		await copying.copy();
		directory.rowsAsText = async () => 'x';
		vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new DOMException('denied', 'NotAllowedError'));
		await copying.copy();
		await settle();
		expect(written).toEqual([]);
		expect(told(notices)).toEqual([
			'Copying was stopped. The clipboard is as it was.',
			'disk',
			'The system did not give access to the clipboard. Nothing was copied.',
		]);
		expect(copying.progress).toBeNull();
	});
});
