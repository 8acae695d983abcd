/** What is wrong with the file that a person named. Pure, so that every word can be tested. */
import type { FilePurpose, Problem } from '$lib/backend/bindings';
import { m } from '$paraglide/messages.js';

/** Whether a file is to be written. */
export function isSaved(purpose: FilePurpose): boolean {
	return purpose === 'back_up' || purpose === 'export_connections' || purpose === 'share_view';
}

/** What a problem says of the file; null where it is about something else, and is to be told elsewhere. */
export function fileFault(problem: Problem | null, purpose: FilePurpose): string | null {
	switch (problem?.code) {
		case 'file_exists':
			return m.file_exists();
		case 'file_missing':
			return isSaved(purpose) ? m.file_folder_missing() : m.file_missing();
		case 'bad_input':
			if (problem.field !== 'path') return null;
			return purpose === 'back_up' ? m.file_path_fault_backup() : m.file_path_fault();
		default:
			return null;
	}
}
