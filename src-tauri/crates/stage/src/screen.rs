//! The stage's virtual screen, and what only a window system can ask of a window.

use crate::Fault;
use crate::place::Place;
use crate::process::Process;
use std::process::Stdio;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, ImageFormat, InputFocus, MapState, Window as WindowId,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

/// Starts a screen on a display that nobody uses; the server itself finds one.
pub(crate) async fn start(place: &Place, width: u32, height: u32) -> Result<(Process, String), Fault> {
    let mut command = place.command("Xvfb");
    command.args(["-displayfd", "1", "-screen", "0", &format!("{width}x{height}x24"), "-nolisten", "tcp", "-noreset"]);
    command.stdin(Stdio::null());
    let mut server = Process::start(&mut command, place.log("screen"), "xvfb")?;
    let display = server.wait_for_output("the number of the display", display_number).await?;
    Ok((server, format!(":{display}")))
}

/// The server writes a bare number and a line end to descriptor 1; its warnings may stand around it.
fn display_number(said: &str) -> Option<u32> {
    let complete = said.rsplit_once('\n')?.0;
    complete.lines().find_map(|line| line.trim().parse().ok())
}

/// A part of a window, in pixels from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// From the left.
    pub x: i16,
    /// From above.
    pub y: i16,
    /// How wide.
    pub width: u16,
    /// How high.
    pub height: u16,
}

/// A window that belongs to another one.
#[derive(Debug)]
pub(crate) struct Dialog {
    pub(crate) window: WindowId,
    /// The one that it belongs to.
    pub(crate) owner: WindowId,
    pub(crate) title: String,
}

/// The top-level windows on screen that say they belong to a process.
pub(crate) struct Windows {
    connection: RustConnection,
    root: WindowId,
    process: u32,
    of_process: Vec<WindowId>,
}

impl Windows {
    /// The windows that are on screen now.
    pub(crate) fn of(display: &str, process: u32) -> Result<Self, Fault> {
        let mut windows = Self::watching(display, process)?;
        windows.find().map_err(|error| Fault::Screen(error.to_string()))?;
        Ok(windows)
    }

    /// No windows yet; they are looked for when one is asked for.
    pub(crate) fn watching(display: &str, process: u32) -> Result<Self, Fault> {
        let (connection, screen) =
            RustConnection::connect(Some(display)).map_err(|error| Fault::Screen(error.to_string()))?;
        let root = connection.setup().roots.get(screen).map(|screen| screen.root);
        let root = root.ok_or_else(|| Fault::Screen("no such screen".to_owned()))?;
        Ok(Self { connection, root, process, of_process: Vec::new() })
    }

    fn find(&mut self) -> Result<(), Box<dyn std::error::Error>> {
        let connection = &self.connection;
        let pid_atom = connection.intern_atom(false, b"_NET_WM_PID")?.reply()?.atom;
        self.of_process.clear();
        for window in connection.query_tree(self.root)?.reply()?.children {
            // A window may vanish between two questions; then it is none of those on screen.
            let Ok(attributes) = connection.get_window_attributes(window)?.reply() else { continue };
            let Ok(pid) = connection.get_property(false, window, pid_atom, AtomEnum::CARDINAL, 0, 1)?.reply() else {
                continue;
            };
            let pid = pid.value32().and_then(|mut values| values.next());
            if attributes.map_state == MapState::VIEWABLE && !attributes.override_redirect && pid == Some(self.process)
            {
                self.of_process.push(window);
            }
        }
        Ok(())
    }

    /// The pixels of a part of the first window, as the screen has them now; `None` while there is no window.
    pub(crate) fn picture(&mut self, area: Area) -> Result<Option<Vec<u8>>, Fault> {
        if self.of_process.is_empty() {
            self.find().map_err(|error| Fault::Screen(error.to_string()))?;
        }
        let Some(window) = self.of_process.first().copied() else { return Ok(None) };
        let Area { x, y, width, height } = area;
        let asked = self.connection.get_image(ImageFormat::Z_PIXMAP, window, x, y, width, height, !0);
        let asked = asked.map_err(|error| Fault::Screen(error.to_string()))?;
        match asked.reply() {
            Ok(image) => Ok(Some(image.data)),
            // Hidden meanwhile, or smaller than the part: looked for again at the next time.
            Err(_) => {
                self.of_process.clear();
                Ok(None)
            }
        }
    }

    /// Where the first window stands on the screen: its upper left corner.
    pub(crate) fn corner(&self) -> Result<Option<(i16, i16)>, Fault> {
        let Some(window) = self.of_process.first().copied() else { return Ok(None) };
        let asked = self.connection.translate_coordinates(window, self.root, 0, 0);
        let asked = asked.map_err(|error| Fault::Screen(error.to_string()))?;
        let at = asked.reply().map_err(|error| Fault::Screen(error.to_string()))?;
        Ok(Some((at.dst_x, at.dst_y)))
    }

    pub(crate) fn first(&self) -> Option<WindowId> {
        self.of_process.first().copied()
    }

    pub(crate) fn count(&self) -> usize {
        self.of_process.len()
    }

    /// Gives the keyboard to the first window, as a window manager does when a window appears.
    pub(crate) fn focus(&self) -> Result<(), Fault> {
        let Some(window) = self.of_process.first() else { return Ok(()) };
        self.focus_on(*window)
    }

    /// The windows that belong to another one, each with that one, as dialogs do.
    pub(crate) fn dialogs(&self) -> Result<Vec<Dialog>, Fault> {
        let look = || -> Result<Vec<Dialog>, Box<dyn std::error::Error>> {
            let connection = &self.connection;
            let name_atom = connection.intern_atom(false, b"_NET_WM_NAME")?.reply()?.atom;
            let mut dialogs = Vec::new();
            for window in self.of_process.iter().copied() {
                let asked =
                    connection.get_property(false, window, AtomEnum::WM_TRANSIENT_FOR, AtomEnum::WINDOW, 0, 1)?;
                // A window may vanish between two questions.
                let Ok(owner) = asked.reply() else { continue };
                let Some(owner) = owner.value32().and_then(|mut values| values.next()) else { continue };
                let Ok(name) = connection.get_property(false, window, name_atom, AtomEnum::ANY, 0, 1_024)?.reply()
                else {
                    continue;
                };
                dialogs.push(Dialog { window, owner, title: String::from_utf8_lossy(&name.value).into_owned() });
            }
            Ok(dialogs)
        };
        look().map_err(|error| Fault::Screen(error.to_string()))
    }

    /// Gives the keyboard to one of the windows.
    pub(crate) fn focus_on(&self, window: WindowId) -> Result<(), Fault> {
        let focus = || -> Result<(), Box<dyn std::error::Error>> {
            self.connection.set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME)?.check()?;
            Ok(())
        };
        focus().map_err(|error| Fault::Screen(error.to_string()))
    }

    /// Gives the keyboard to nobody.
    pub(crate) fn take_focus_away(&self) -> Result<(), Fault> {
        let nobody = || -> Result<(), Box<dyn std::error::Error>> {
            self.connection.set_input_focus(InputFocus::NONE, x11rb::NONE, x11rb::CURRENT_TIME)?.check()?;
            Ok(())
        };
        nobody().map_err(|error| Fault::Screen(error.to_string()))
    }

    /// Asks each window to close, as a window manager does when its cross is clicked.
    pub(crate) fn ask_to_close(&self) -> Result<(), Fault> {
        let ask = || -> Result<(), Box<dyn std::error::Error>> {
            let protocols = self.connection.intern_atom(false, b"WM_PROTOCOLS")?.reply()?.atom;
            let delete = self.connection.intern_atom(false, b"WM_DELETE_WINDOW")?.reply()?.atom;
            for window in &self.of_process {
                let message = ClientMessageEvent::new(32, *window, protocols, [delete, x11rb::CURRENT_TIME, 0, 0, 0]);
                self.connection.send_event(false, *window, EventMask::NO_EVENT, message)?;
            }
            self.connection.sync()?;
            Ok(())
        };
        ask().map_err(|error| Fault::Screen(error.to_string()))
    }
}
