//! The pointer: pulling something, and clicking while a key is held.
//!
//! Places are those of the page at that moment. Nothing waits until what follows from the act has happened.

use crate::fault::Fault;
use crate::wait::answer;
use crate::window::Window;
use fantoccini::actions::{
    Actions, InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use fantoccini::key::Key;
use std::time::Duration;

impl Window {
    /// Presses the pointer on the middle of an element, moves it sideways by so many pixels, and lets go.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait), and when the driver fails.
    pub async fn pull(&self, css: &str, by: f64) -> Result<(), Fault> {
        let (x, y) = self.middle_of(css).await?;
        // Through places between: a pull begins only once the pointer has gone some way.
        let mouse = MouseActions::new("mouse".to_owned())
            .then(to(x, y))
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(to(x + by / 3.0, y))
            .then(to(x + by / 1.5, y))
            .then(to(x + by, y))
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.act_out("pulling", mouse.into()).await
    }

    /// Clicks on the middle of an element while a key is held.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait), and when the driver fails.
    pub async fn click_holding(&self, held: Key, css: &str) -> Result<(), Fault> {
        let (x, y) = self.middle_of(css).await?;
        let still = || KeyAction::Pause { duration: Duration::ZERO };
        let keyboard = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: char::from(held) })
            .then(still())
            .then(still())
            .then(still())
            .then(KeyAction::Up { value: char::from(held) });
        let mouse = MouseActions::new("mouse".to_owned())
            .then(PointerAction::Pause { duration: Duration::ZERO })
            .then(to(x, y))
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.act_out("clicking", Actions::from(keyboard).and(mouse)).await
    }

    async fn middle_of(&self, css: &str) -> Result<(f64, f64), Fault> {
        self.wait_for(css).await?;
        let script =
            "const { left, top, width, height } = document.querySelector(arguments[0]).getBoundingClientRect();
            return [left + width / 2, top + height / 2]";
        self.run(script, vec![css.into()]).await
    }

    async fn act_out(&self, what: &str, actions: Actions) -> Result<(), Fault> {
        let done = async { self.client().perform_actions(actions).await.map_err(Fault::driver(what)) };
        answer(what, done).await
    }
}

fn to(x: f64, y: f64) -> PointerAction {
    PointerAction::MoveTo { duration: Some(Duration::ZERO), x: x.round(), y: y.round() }
}
