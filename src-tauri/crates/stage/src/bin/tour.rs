//! `tour`: starts the app on sample customers where there is no display, and leaves screenshots.
//!
//! The one part of this crate that knows the product, and that only by the attributes that its interface promises. It is
//! what `cargo xtask demo` runs without a display.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool speaks on these")]

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    eprintln!("tour: there is no stage but on Linux");
    std::process::ExitCode::FAILURE
}

#[cfg(target_os = "linux")]
mod linux {
    use stage::{App, Fault, Key, Keyring, Stage, Window};
    use std::path::{Path, PathBuf};
    use std::process::ExitCode;

    const USAGE: &str = "Usage: tour --app PROGRAM --into FOLDER [--customers N] [--seed S]";
    const LANGUAGES: [&str; 3] = ["en", "ru", "es"];
    const USUAL: (u32, u32) = (1440, 860);
    const SMALLEST: (u32, u32) = (900, 600);

    /// The system's two colour schemes, as GTK is told, and how the screenshots are called.
    const THEMES: [(&str, &str); 2] = [("light", "Adwaita"), ("dark", "Adwaita:dark")];

    struct Tour {
        app: PathBuf,
        into: PathBuf,
        arguments: Vec<String>,
    }

    #[tokio::main]
    pub(super) async fn main() -> ExitCode {
        let outcome = match Tour::asked_for(std::env::args().skip(1)) {
            Ok(tour) => tour.take().await.map_err(|fault| fault.to_string()),
            Err(usage) => Err(usage),
        };
        match outcome {
            Ok(()) => ExitCode::SUCCESS,
            Err(why) => {
                eprintln!("tour: {why}");
                ExitCode::FAILURE
            }
        }
    }

    impl Tour {
        fn asked_for(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
            let (mut app, mut into, mut arguments) = (None, None, vec!["--demo".to_owned()]);
            while let Some(word) = words.next() {
                let value = words.next().ok_or(USAGE)?;
                match word.as_str() {
                    "--app" => app = Some(PathBuf::from(value)),
                    "--into" => into = Some(PathBuf::from(value)),
                    "--customers" | "--seed" => arguments.extend([word, value]),
                    _ => return Err(USAGE.to_owned()),
                }
            }
            Ok(Self { app: app.ok_or(USAGE)?, into: into.ok_or(USAGE)?, arguments })
        }

        /// Both themes at once, one language after the other.
        async fn take(&self) -> Result<(), Fault> {
            std::fs::create_dir_all(&self.into).map_err(|source| Fault::File { path: self.into.clone(), source })?;
            let [light, dark] = THEMES;
            tokio::try_join!(self.in_theme(light), self.in_theme(dark)).map(drop)
        }

        async fn in_theme(&self, (name, theme): (&str, &str)) -> Result<(), Fault> {
            let stage = Stage::builder().keyring(Keyring::Absent).env("GTK_THEME", theme).start().await?;
            for language in LANGUAGES {
                let mut app = App::new(&self.app).arg("--lang").arg(language).failures_into(&self.into);
                for argument in &self.arguments {
                    app = app.arg(argument);
                }
                let window = stage.launch(app).await?;
                self.one_language(&window, name, language).await?;
                window.close().await?;
            }
            Ok(())
        }

        async fn one_language(&self, window: &Window, theme: &str, language: &str) -> Result<(), Fault> {
            let picture = |what: &str| self.into.join(format!("{theme}-{language}-{what}.png"));
            window.resize(USUAL.0, USUAL.1).await?;
            wait_until_full(window).await?;
            shoot(window, &picture("grid")).await?;

            window.type_into("[data-testid=search]", "garcia").await?;
            settled(window).await?;
            shoot(window, &picture("search")).await?;

            // Of the views, the one that no provider has: one person, two providers, two answers.
            window.fill("[data-testid=search]", "").await?;
            window.click("nav [data-view=disagree]").await?;
            settled(window).await?;
            window.press("[data-testid=search]", Key::Down).await?;
            window.press_keys(&[], char::from(Key::Enter)).await?;
            window.wait_for("[data-testid=detail] [data-testid=history]").await?;
            shoot(window, &picture("disagree")).await?;

            window.resize(SMALLEST.0, SMALLEST.1).await?;
            settled(window).await?;
            window.wait_for("[data-testid=detail]").await?;
            shoot(window, &picture("disagree-small")).await?;
            window.press_keys(&[], char::from(Key::Escape)).await?;
            window.wait_until_gone("[data-testid=detail]").await?;
            window.click("nav [data-view=all]").await?;
            settled(window).await?;
            shoot(window, &picture("grid-small")).await
        }
    }

    /// Both sample connections have brought in everybody, and the grid shows it.
    async fn wait_until_full(window: &Window) -> Result<(), Fault> {
        const IDLE: &str = "[data-testid=connection][data-state=idle]";
        window
            .wait("both connections to be up to date", async || {
                let idle = window.count(IDLE).await?;
                Ok(if idle == 2 { Ok(()) } else { Err(format!("{idle} up to date")) })
            })
            .await?;
        window.wait_for("[role=row][data-customer]").await?;
        settled(window).await
    }

    async fn settled(window: &Window) -> Result<(), Fault> {
        window.wait_for_attribute("[data-testid=results]", "data-busy", "false").await
    }

    async fn shoot(window: &Window, path: &Path) -> Result<(), Fault> {
        window.screenshot(path).await?;
        println!("{}", path.display());
        Ok(())
    }
}
