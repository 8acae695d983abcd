//! A file that is carried over the screen from another program, such as the desktop's file manager, and dropped on a window:
//! the source's side of X's drag-and-drop protocol (XDND, version 5).

use crate::screen::Windows;
use crate::{Fault, Window};
use std::fmt::Display;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, PropMode, SELECTION_NOTIFY_EVENT,
    SelectionNotifyEvent, SelectionRequestEvent, Window as WindowId, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

x11rb::atom_manager! {
    /// The words of the protocol.
    Words: WordsCookie {
        XdndSelection,
        XdndEnter,
        XdndPosition,
        XdndDrop,
        XdndFinished,
        XdndActionCopy,
        URIS: b"text/uri-list",
    }
}

const VERSION: u32 = 5;

impl Window {
    /// Carries a file over the middle of the window, waits until the program has read which one it is, drops it there, and
    /// waits until the program has taken it.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait), and when the window system fails.
    pub async fn drop_file(&self, path: &Path) -> Result<(), Fault> {
        let windows = Windows::of(self.display(), self.process()?)?;
        let target = windows.first().ok_or_else(|| Fault::Screen("no window of the program".to_owned()))?;
        let carried = Carried::begin(self.display(), target, path).map_err(refused)?;
        self.wait("the program to read which file is carried", async || {
            carried.hover().map_err(refused)?;
            let said = carried.listen().map_err(refused)?;
            Ok(if said.read { Ok(()) } else { Err("it was not asked".to_owned()) })
        })
        .await?;
        carried.drop_it().map_err(refused)?;
        self.wait("the program to take the dropped file", async || {
            let said = carried.listen().map_err(refused)?;
            Ok(if said.taken { Ok(()) } else { Err("it has not said so".to_owned()) })
        })
        .await
    }
}

/// What the program under the pointer has said since it was last listened to.
#[derive(Default)]
struct Said {
    /// It asked for the file, and was told.
    read: bool,
    /// It is done with it.
    taken: bool,
}

/// A file under way.
struct Carried {
    connection: RustConnection,
    words: Words,
    /// The window that stands for the program that it is carried from.
    source: WindowId,
    target: WindowId,
    /// The middle of the target, in the screen's pixels.
    place: (u16, u16),
    uris: Vec<u8>,
}

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

impl Carried {
    fn begin(display: &str, target: WindowId, path: &Path) -> Outcome<Self> {
        let (connection, screen) = RustConnection::connect(Some(display))?;
        let root = connection.setup().roots.get(screen).map(|screen| screen.root).ok_or("no such screen")?;
        let words = Words::new(&connection)?.reply()?;
        let source = connection.generate_id()?;
        let aux = CreateWindowAux::new();
        connection.create_window(0, source, root, 0, 0, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &aux)?.check()?;
        connection.set_selection_owner(source, words.XdndSelection, x11rb::CURRENT_TIME)?.check()?;
        let size = connection.get_geometry(target)?.reply()?;
        let (width, height) = (i16::try_from(size.width / 2)?, i16::try_from(size.height / 2)?);
        let place = connection.translate_coordinates(target, root, width, height)?.reply()?;
        let place = (u16::try_from(place.dst_x)?, u16::try_from(place.dst_y)?);
        let carried = Self { connection, words, source, target, place, uris: uris(path) };
        carried.tell(words.XdndEnter, [VERSION << 24, words.URIS, 0, 0])?;
        Ok(carried)
    }

    /// Says where the pointer is. A program need not hear the first time.
    fn hover(&self) -> Outcome<()> {
        let (x, y) = self.place;
        let place = u32::from(x) << 16 | u32::from(y);
        self.tell(self.words.XdndPosition, [0, place, x11rb::CURRENT_TIME, self.words.XdndActionCopy])
    }

    fn drop_it(&self) -> Outcome<()> {
        self.tell(self.words.XdndDrop, [0, x11rb::CURRENT_TIME, 0, 0])
    }

    fn tell(&self, word: u32, [second, third, fourth, fifth]: [u32; 4]) -> Outcome<()> {
        let message = ClientMessageEvent::new(32, self.target, word, [self.source, second, third, fourth, fifth]);
        self.connection.send_event(false, self.target, EventMask::NO_EVENT, message)?.check()?;
        Ok(())
    }

    /// Answers what the program asked meanwhile.
    fn listen(&self) -> Outcome<Said> {
        self.connection.sync()?;
        let mut said = Said::default();
        while let Some(event) = self.connection.poll_for_event()? {
            match event {
                Event::SelectionRequest(asked) => said.read |= self.hand_out(&asked)?,
                Event::ClientMessage(message) if message.type_ == self.words.XdndFinished => said.taken = true,
                _ => {}
            }
        }
        Ok(said)
    }

    /// Hands out which file it is; nothing else is to be had.
    fn hand_out(&self, asked: &SelectionRequestEvent) -> Outcome<bool> {
        let known = asked.target == self.words.URIS;
        if known {
            let SelectionRequestEvent { requestor, property, target, .. } = *asked;
            self.connection.change_property8(PropMode::REPLACE, requestor, property, target, &self.uris)?.check()?;
        }
        let notice = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: asked.time,
            requestor: asked.requestor,
            selection: asked.selection,
            target: asked.target,
            property: if known { asked.property } else { AtomEnum::NONE.into() },
        };
        self.connection.send_event(false, asked.requestor, EventMask::NO_EVENT, notice)?.check()?;
        Ok(known)
    }
}

/// A list of one, as `text/uri-list` has it.
fn uris(path: &Path) -> Vec<u8> {
    let mut uris = b"file://".to_vec();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => uris.push(*byte),
            other => uris.extend(format!("%{other:02X}").into_bytes()),
        }
    }
    uris.extend(b"\r\n");
    uris
}

fn refused(error: impl Display) -> Fault {
    Fault::Screen(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::uris;
    use std::path::Path;

    #[test]
    fn a_path_becomes_a_list_of_one() {
        assert_eq!(uris(Path::new("/d/Копия 1.x")), b"file:///d/%D0%9A%D0%BE%D0%BF%D0%B8%D1%8F%201.x\r\n");
    }
}
