//! A mouse and a keyboard at the stage's screen.
//!
//! What they do reaches a program the way that a person's hands do: through the window system and the toolkit, with the
//! toolkit's own scroll bars. WebDriver's own actions begin behind those.

use crate::Fault;
use std::fmt;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ConnectionExt as _, KEY_PRESS_EVENT, KEY_RELEASE_EVENT,
    MOTION_NOTIFY_EVENT, Window as WindowId,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

/// The button under the index finger.
const FIRST_BUTTON: u8 = 1;
/// A wheel is two buttons in the core protocol: one for each click up, one for each click down.
const WHEEL: [u8; 2] = [4, 5];

/// The number of the left Shift key's symbol.
const SHIFT: u32 = 0xffe1;

/// A mouse and a keyboard. Places are pixels of the screen, from its upper left corner.
pub struct Hands {
    connection: RustConnection,
    root: WindowId,
}

/// Which way a wheel is turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Away from the person: towards the beginning.
    Up,
    /// Towards the person: towards the end.
    Down,
}

impl Hands {
    pub(crate) fn at(display: &str) -> Result<Self, Fault> {
        let (connection, screen) = RustConnection::connect(Some(display)).map_err(refused)?;
        let root = connection.setup().roots.get(screen).map(|screen| screen.root);
        let root = root.ok_or_else(|| Fault::Screen("no such screen".to_owned()))?;
        Ok(Self { connection, root })
    }

    /// Moves the pointer to a place.
    ///
    /// # Errors
    ///
    /// [`Fault::Screen`], as all of these.
    pub fn point(&self, x: i16, y: i16) -> Result<(), Fault> {
        self.happen(MOTION_NOTIFY_EVENT, 0, (x, y))
    }

    /// Presses the button and holds it.
    ///
    /// # Errors
    ///
    /// As [`point`](Self::point).
    pub fn hold(&self) -> Result<(), Fault> {
        self.happen(BUTTON_PRESS_EVENT, FIRST_BUTTON, (0, 0))
    }

    /// Lets the button go.
    ///
    /// # Errors
    ///
    /// As [`point`](Self::point).
    pub fn let_go(&self) -> Result<(), Fault> {
        self.happen(BUTTON_RELEASE_EVENT, FIRST_BUTTON, (0, 0))
    }

    /// Turns the wheel by one click.
    ///
    /// # Errors
    ///
    /// As [`point`](Self::point).
    pub fn turn(&self, way: Turn) -> Result<(), Fault> {
        let [up, down] = WHEEL;
        let button = if way == Turn::Up { up } else { down };
        self.happen(BUTTON_PRESS_EVENT, button, (0, 0))?;
        self.happen(BUTTON_RELEASE_EVENT, button, (0, 0))
    }

    /// Strikes a key once, by the number that X gives its symbol (`XK_Down` is 0xff54).
    ///
    /// # Errors
    ///
    /// As [`point`](Self::point); also when the screen's keyboard has no such key.
    pub fn strike(&self, symbol: u32) -> Result<(), Fault> {
        let key = self.keys()?.find(symbol, 0)?;
        self.press(key)
    }

    /// Strikes a key once while another one is held, as in Control and A.
    ///
    /// # Errors
    ///
    /// As [`strike`](Self::strike).
    pub fn strike_holding(&self, held: u32, symbol: u32) -> Result<(), Fault> {
        let keys = self.keys()?;
        let (held, key) = (keys.find(held, 0)?, keys.find(symbol, 0)?);
        self.happen(KEY_PRESS_EVENT, held, (0, 0))?;
        self.press(key)?;
        self.happen(KEY_RELEASE_EVENT, held, (0, 0))
    }

    /// Writes a text, key after key, where the keyboard is. Only letters, digits and signs of the screen's own keyboard, which
    /// is an American one.
    ///
    /// # Errors
    ///
    /// As [`strike`](Self::strike).
    pub fn write(&self, text: &str) -> Result<(), Fault> {
        let keys = self.keys()?;
        let shift = keys.find(SHIFT, 0)?;
        for letter in text.chars() {
            // The symbols of Latin 1 have the numbers of its letters.
            let symbol = u32::from(letter);
            match keys.find(symbol, 0) {
                Ok(key) => self.press(key)?,
                Err(_) => {
                    let key = keys.find(symbol, 1)?;
                    self.happen(KEY_PRESS_EVENT, shift, (0, 0))?;
                    self.press(key)?;
                    self.happen(KEY_RELEASE_EVENT, shift, (0, 0))?;
                }
            }
        }
        Ok(())
    }

    fn press(&self, key: u8) -> Result<(), Fault> {
        self.happen(KEY_PRESS_EVENT, key, (0, 0))?;
        self.happen(KEY_RELEASE_EVENT, key, (0, 0))
    }

    fn keys(&self) -> Result<Keys, Fault> {
        let setup = self.connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let asked = self.connection.get_keyboard_mapping(first, last.saturating_sub(first).saturating_add(1));
        let answered = asked.map_err(refused)?.reply().map_err(refused)?;
        Ok(Keys { first, of_each: usize::from(answered.keysyms_per_keycode).max(1), symbols: answered.keysyms })
    }

    fn happen(&self, event: u8, detail: u8, (x, y): (i16, i16)) -> Result<(), Fault> {
        let sent = self.connection.xtest_fake_input(event, detail, x11rb::CURRENT_TIME, self.root, x, y, 0);
        sent.map_err(refused)?.check().map_err(refused)?;
        self.connection.sync().map_err(refused)
    }
}

/// Which keys give which symbols.
struct Keys {
    first: u8,
    of_each: usize,
    symbols: Vec<u32>,
}

impl Keys {
    /// The key that gives a symbol: alone at `level` 0, with Shift held at 1.
    fn find(&self, symbol: u32, level: usize) -> Result<u8, Fault> {
        let place = self.symbols.chunks(self.of_each).position(|symbols| symbols.get(level) == Some(&symbol));
        place
            .and_then(|place| u8::try_from(place + usize::from(self.first)).ok())
            .ok_or_else(|| Fault::Screen(format!("the keyboard has no key for {symbol:#x}")))
    }
}

/// Nothing but the screen's number is worth telling.
impl fmt::Debug for Hands {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Hands").field("root", &self.root).finish_non_exhaustive()
    }
}

fn refused(error: impl fmt::Display) -> Fault {
    Fault::Screen(error.to_string())
}
