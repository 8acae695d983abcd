import { describe, expect, it } from 'vitest';
import { fileFault, isSaved } from './fault';

describe('what is wrong with a file', () => {
	it('is said of the folder where a file is written, and of the file where one is read', () => {
		const missing = { code: 'file_missing', words: null } as const;
		expect(fileFault(missing, 'back_up')).toBe('There is no such folder.');
		expect(fileFault(missing, 'restore')).toBe('There is no such file.');
		expect(isSaved('share_view') && !isSaved('take_view_in')).toBe(true);
	});

	it('names the folder that a backup never goes into', () => {
		const odd = { code: 'bad_input', field: 'path', words: null } as const;
		expect(fileFault(odd, 'back_up')).toContain('outside of Vouch’s own folder');
		expect(fileFault(odd, 'share_view')).not.toContain('outside');
	});

	it('is nothing where the problem is another one', () => {
		expect(fileFault(null, 'back_up')).toBeNull();
		expect(fileFault({ code: 'disk_full', words: null }, 'back_up')).toBeNull();
		expect(fileFault({ code: 'bad_input', field: 'passphrase', words: null }, 'back_up')).toBeNull();
	});
});
