//! A window on the stage, driven as a person would: by mouse and keyboard, and read through the page's attributes.

use crate::driver::{self, Session};
use crate::place::Place;
use crate::process::tail;
use crate::screen::Windows;
use crate::wait::answer;
use crate::{App, Fault, PATIENCE, wait_until};
use fantoccini::Locator;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A running program with its window.
///
/// Elements are named by CSS selectors. Every action waits until its element is there and can be acted on; the element is
/// looked up anew each time, because a page may replace it at any moment.
#[derive(Debug)]
pub struct Window {
    session: Session,
    display: String,
    failures: Option<PathBuf>,
}

impl Window {
    pub(crate) async fn open(place: &Place, app: App) -> Result<Self, Fault> {
        let session = driver::open(place, &app).await?;
        let window = Self { session, display: place.display().to_owned(), failures: app.failures };
        window.wait_for_the_window().await?;
        Ok(window)
    }

    /// The driver's session begins before the window is on screen; keys typed before that would be lost.
    async fn wait_for_the_window(&self) -> Result<(), Fault> {
        let process = self.process()?;
        self.wait("the window to be on screen", async || {
            let windows = Windows::of(&self.display, process)?;
            if windows.count() == 0 {
                return Ok(Err("no window of the program".to_owned()));
            }
            windows.focus()?;
            Ok(Ok(()))
        })
        .await
    }

    /// The program's process id.
    ///
    /// # Errors
    ///
    /// When the program was never started.
    pub fn process(&self) -> Result<u32, Fault> {
        self.session.traces.process().ok_or_else(|| Fault::Answer {
            what: "the program's process id".to_owned(),
            reason: "it left none".to_owned(),
        })
    }

    pub(crate) fn display(&self) -> &str {
        &self.display
    }

    /// Where the page's upper left corner is on the screen, in pixels.
    ///
    /// # Errors
    ///
    /// When the window is not on screen.
    pub fn corner(&self) -> Result<(i16, i16), Fault> {
        let corner = Windows::of(&self.display, self.process()?)?.corner()?;
        corner.ok_or_else(|| Fault::Screen("no window of the program".to_owned()))
    }

    /// What the program has written to its standard output and error.
    pub fn said(&self) -> String {
        self.session.traces.said()
    }

    /// The session, for what this type has no word for.
    pub fn client(&self) -> &fantoccini::Client {
        &self.session.client
    }

    // Waiting.

    /// Asks `look` until it answers with a value, as [`wait_until`] does; a failure says what the program wrote and leaves a
    /// screenshot.
    ///
    /// # Errors
    ///
    /// [`Fault::TimedOut`]; [`Fault::Ended`] when the program ends meanwhile; what `look` fails with.
    pub async fn wait<T>(
        &self,
        what: &str,
        mut look: impl AsyncFnMut() -> Result<Result<T, String>, Fault>,
    ) -> Result<T, Fault> {
        let outcome = wait_until(what, PATIENCE, async || match (look().await, self.session.traces.exit_code()) {
            (Ok(Err(_)) | Err(_), Some(code)) => Err(Fault::Ended {
                program: format!("the program, while waiting for {what},"),
                status: format!("exit code {code}"),
                said: tail(&self.said()),
            }),
            (looked, _) => looked,
        })
        .await;
        match outcome {
            Err(Fault::TimedOut { seconds, what, seen, mut context }) => {
                if let Some(screenshot) = self.screenshot_of_failure().await {
                    let _infallible = write!(context, "\nscreenshot: {}", screenshot.display());
                }
                let _infallible = write!(context, "\nthe program's output:\n{}", tail(&self.said()));
                Err(Fault::TimedOut { seconds, what, seen, context })
            }
            other => other,
        }
    }

    /// Waits until an element is in the page.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait), which all of the following do.
    pub async fn wait_for(&self, css: &str) -> Result<Element, Fault> {
        self.wait(css, async || match self.session.client.find(Locator::Css(css)).await {
            Ok(element) => Ok(Ok(element)),
            Err(error) if is_passing(&error) => Ok(Err("no such element".to_owned())),
            Err(error) => Err(Fault::driver(css)(error)),
        })
        .await
    }

    /// Waits until no element matches.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    pub async fn wait_until_gone(&self, css: &str) -> Result<(), Fault> {
        self.wait(&format!("{css} to be gone"), async || {
            let count = self.count(css).await?;
            Ok(if count == 0 { Ok(()) } else { Err(format!("{count} of them")) })
        })
        .await
    }

    /// Waits until an attribute of the first matching element has a value.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    pub async fn wait_for_attribute(&self, css: &str, attribute: &str, value: &str) -> Result<(), Fault> {
        self.wait_for_attribute_that(css, attribute, value, |seen| seen == value).await.map(drop)
    }

    /// Waits until an attribute of the first matching element is as `accept` wants it, described by `wanted`; answers it.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    pub async fn wait_for_attribute_that(
        &self,
        css: &str,
        attribute: &str,
        wanted: &str,
        accept: impl Fn(&str) -> bool,
    ) -> Result<String, Fault> {
        self.wait(&format!("{attribute} of {css} to be {wanted}"), async || {
            Ok(match self.attribute(css, attribute).await? {
                Some(seen) if accept(&seen) => Ok(seen),
                Some(seen) => Err(seen),
                None => Err("no such element or attribute".to_owned()),
            })
        })
        .await
    }

    // Reading. None of these waits.

    /// An attribute of the first matching element; `None` without such an element or attribute.
    ///
    /// # Errors
    ///
    /// When the driver fails.
    pub async fn attribute(&self, css: &str, attribute: &str) -> Result<Option<String>, Fault> {
        self.run(
            "return document.querySelector(arguments[0])?.getAttribute(arguments[1]) ?? null",
            vec![css.into(), attribute.into()],
        )
        .await
    }

    /// How many elements match.
    ///
    /// # Errors
    ///
    /// When the driver fails.
    pub async fn count(&self, css: &str) -> Result<u64, Fault> {
        self.run("return document.querySelectorAll(arguments[0]).length", vec![css.into()]).await
    }

    /// The text of the first matching element as it stands in the page, hidden parts too; `None` without such an element.
    ///
    /// # Errors
    ///
    /// When the driver fails.
    pub async fn text(&self, css: &str) -> Result<Option<String>, Fault> {
        self.run("return document.querySelector(arguments[0])?.textContent ?? null", vec![css.into()]).await
    }

    /// Runs a script in the page and reads what it returns. For looking, not for acting: a person has no scripts.
    ///
    /// # Errors
    ///
    /// When the script throws or answers with another shape.
    pub async fn run<T: DeserializeOwned>(&self, script: &str, arguments: Vec<Value>) -> Result<T, Fault> {
        let asked = async { self.session.client.execute(script, arguments).await.map_err(Fault::driver(script)) };
        let answer = answer(script, asked).await?;
        serde_json::from_value(answer)
            .map_err(|error| Fault::Answer { what: script.to_owned(), reason: error.to_string() })
    }

    // Acting.

    /// Clicks an element.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    pub async fn click(&self, css: &str) -> Result<(), Fault> {
        self.act(css, "clicking", async |element| element.click().await).await
    }

    /// Replaces the text of a field as a person does: selects all of it and types. (The driver's own way to clear a field
    /// does not tell the page.)
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    pub async fn fill(&self, css: &str, text: &str) -> Result<(), Fault> {
        // Held keys are let go at the end of what is typed in one piece.
        self.type_into(css, &format!("{}a", char::from(Key::Control))).await?;
        match text {
            "" => self.press(css, Key::Delete).await,
            text => self.type_into(css, text).await,
        }
    }

    /// Types into an element, after what stands there. WebKitGTK's driver has keys for letters of every script, not for
    /// characters above U+FFFF such as emoji: it leaves those out.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    pub async fn type_into(&self, css: &str, text: &str) -> Result<(), Fault> {
        self.act(css, "typing into", async |element| element.send_keys(text).await).await
    }

    /// Presses one key in an element.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    pub async fn press(&self, css: &str, key: Key) -> Result<(), Fault> {
        self.type_into(css, &String::from(char::from(key))).await
    }

    /// Presses one key wherever the focus is, with modifiers held.
    ///
    /// # Errors
    ///
    /// When the driver fails.
    pub async fn press_keys(&self, held: &[Key], key: char) -> Result<(), Fault> {
        use fantoccini::actions::{InputSource, KeyAction, KeyActions};
        let mut actions = KeyActions::new("keyboard".to_owned());
        for held in held {
            actions = actions.then(KeyAction::Down { value: char::from(*held) });
        }
        actions = actions.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
        for held in held.iter().rev() {
            actions = actions.then(KeyAction::Up { value: char::from(*held) });
        }
        let pressed =
            async { self.session.client.perform_actions(actions).await.map_err(Fault::driver("pressing keys")) };
        answer("pressing keys", pressed).await
    }

    /// Chooses an option of a `<select>` by its value.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    pub async fn select(&self, css: &str, value: &str) -> Result<(), Fault> {
        self.act(css, "choosing in", async |element| element.select_by_value(value).await).await
    }

    /// Waits for an element and acts on it, again while the page is replacing or covering it.
    async fn act(
        &self,
        css: &str,
        what: &str,
        act: impl AsyncFn(Element) -> Result<(), CmdError>,
    ) -> Result<(), Fault> {
        self.wait(&format!("{what} {css}"), async || {
            let acted = match self.session.client.find(Locator::Css(css)).await {
                Ok(element) => act(element).await,
                Err(error) => Err(error),
            };
            match acted {
                Ok(()) => Ok(Ok(())),
                Err(error) if is_passing(&error) => Ok(Err(error.to_string())),
                Err(error) => Err(Fault::driver(format!("{what} {css}"))(error)),
            }
        })
        .await
    }

    // The window itself.

    /// Makes the page this large, in CSS pixels, and waits until it is.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    pub async fn resize(&self, width: u32, height: u32) -> Result<(), Fault> {
        let (frame_width, frame_height): (u32, u32) =
            self.run("return [outerWidth - innerWidth, outerHeight - innerHeight]", vec![]).await?;
        let resized = self.session.client.set_window_size(width + frame_width, height + frame_height);
        answer("resizing", async { resized.await.map_err(Fault::driver("resizing")) }).await?;
        self.wait(&format!("the page to be {width} × {height}"), async || {
            let seen: (u32, u32) = self.run("return [innerWidth, innerHeight]", vec![]).await?;
            Ok(if seen == (width, height) { Ok(()) } else { Err(format!("{seen:?}")) })
        })
        .await
    }

    /// Waits until nothing moves any more but what moves for ever, such as a sign of waiting.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    pub async fn wait_until_at_rest(&self) -> Result<(), Fault> {
        // What a change of size or state sets in motion begins with the next frame.
        const MOVING: &str = "const frame = () => new Promise(requestAnimationFrame);
            const ends = (animation) => Number.isFinite(animation.effect?.getComputedTiming().endTime ?? 0);
            return frame().then(frame).then(() => document.getAnimations().filter(ends).length)";
        self.wait("the page to be at rest", async || {
            let moving: u32 = self.run(MOVING, vec![]).await?;
            Ok(if moving == 0 { Ok(()) } else { Err(format!("{moving} things move")) })
        })
        .await
    }

    /// Writes what is on screen into a PNG file, once nothing moves.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait), and when the disk fails.
    pub async fn screenshot(&self, path: impl AsRef<Path>) -> Result<(), Fault> {
        self.wait_until_at_rest().await?;
        self.picture(path.as_ref()).await
    }

    async fn picture(&self, path: &Path) -> Result<(), Fault> {
        let taken = async { self.session.client.screenshot().await.map_err(Fault::driver("taking a screenshot")) };
        let png = answer("taking a screenshot", taken).await?;
        std::fs::write(path, png).map_err(Fault::file(path))
    }

    async fn screenshot_of_failure(&self) -> Option<PathBuf> {
        static SERIAL: AtomicU32 = AtomicU32::new(0);
        let folder = self.failures.as_ref()?;
        std::fs::create_dir_all(folder).ok()?;
        let name = format!("failure-{}-{}.png", std::process::id(), SERIAL.fetch_add(1, Ordering::Relaxed));
        let path = folder.join(name);
        self.picture(&path).await.ok().map(|()| path)
    }

    /// Takes the keyboard away from the window, as when the person goes to another program.
    ///
    /// # Errors
    ///
    /// When the window system fails.
    pub fn leave(&self) -> Result<(), Fault> {
        Windows::of(&self.display, self.process()?)?.take_focus_away()
    }

    /// Closes the window as its cross does, waits until the program has ended, and answers its exit code.
    ///
    /// # Errors
    ///
    /// [`Fault::TimedOut`] when the program does not end.
    pub async fn close(self) -> Result<i32, Fault> {
        Windows::of(&self.display, self.process()?)?.ask_to_close()?;
        let outcome = wait_until("the program to end after its window was closed", PATIENCE, async || {
            Ok(self.session.traces.exit_code().ok_or_else(|| "still running".to_owned()))
        })
        .await;
        match outcome {
            Err(Fault::TimedOut { seconds, what, seen, .. }) => {
                let context = format!("\nthe program's output:\n{}", tail(&self.said()));
                Err(Fault::TimedOut { seconds, what, seen, context })
            }
            other => other,
        }
    }

    /// How the program ended, if it has.
    pub fn exit_code(&self) -> Option<i32> {
        self.session.traces.exit_code()
    }
}

/// Failures that mean "not yet": the element is not there, was just replaced, is covered or out of reach.
fn is_passing(error: &CmdError) -> bool {
    use fantoccini::error::ErrorStatus;
    match error {
        CmdError::Standard(standard) => matches!(
            standard.error,
            ErrorStatus::NoSuchElement
                | ErrorStatus::StaleElementReference
                | ErrorStatus::ElementNotInteractable
                | ErrorStatus::ElementClickIntercepted
                | ErrorStatus::InvalidElementState
        ),
        _ => false,
    }
}
