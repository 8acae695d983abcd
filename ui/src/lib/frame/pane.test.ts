import { describe, expect, it } from 'vitest';
import { DETAIL, NARROW_WINDOW, paneWidth, SIDEBAR } from './pane';

describe('the width of a pane', () => {
	it('is what was wished, within its bounds', () => {
		expect(paneWidth(SIDEBAR, 250, 1440, 0)).toBe(250);
		expect(paneWidth(SIDEBAR, 10, 1440, 0)).toBe(SIDEBAR.least);
		expect(paneWidth(SIDEBAR, 9999, 1440, 0)).toBe(SIDEBAR.most);
		expect(paneWidth(SIDEBAR, 240.4, 1440, 0)).toBe(240);
	});

	it('leaves the grid its room', () => {
		for (let window = NARROW_WINDOW; window <= 2560; window += 20) {
			const side = paneWidth(SIDEBAR, SIDEBAR.most, window, 0);
			const detail = paneWidth(DETAIL, DETAIL.most, window, side);
			expect(window - side - detail).toBeGreaterThanOrEqual(400);
		}
	});

	it('never goes below its least, whatever the window', () => {
		expect(paneWidth(DETAIL, 500, 600, 300)).toBe(DETAIL.least);
	});
});
