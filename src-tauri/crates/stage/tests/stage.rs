//! The stage itself, tried with WebKitGTK's own small browser, so that a fault of the stage is not taken for one of the
//! product.

#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, reason = "a test says what it expects by failing")]

use stage::{App, Fault, Key, Keyring, Stage};
use std::path::{Path, PathBuf};

/// A page with a field, a button that answers later, and a choice.
const PAGE: &str = r#"<!doctype html><meta charset="utf-8"><title>Rehearsal</title>
<input id="field"><button id="button">Go</button>
<select id="choice"><option value="one">One</option><option value="two">Два</option></select>
<p id="answer" data-state="idle"></p><p id="keys"></p>
<script>
const answer = document.getElementById('answer');
const move = () => answer.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 400 }).finished.then(() => { answer.dataset.moved = 'yes'; });
document.getElementById('keys').animate([{ opacity: 0 }, { opacity: 1 }], { duration: 400, iterations: Infinity });
document.getElementById('button').onclick = () => {
  answer.dataset.state = 'busy';
  setTimeout(() => { answer.textContent = document.getElementById('field').value; answer.dataset.state = 'done'; }, 300);
};
document.getElementById('choice').onchange = (event) => { answer.dataset.choice = event.target.value; };
addEventListener('keydown', (event) => { if (event.ctrlKey && event.key === 'k') document.getElementById('keys').dataset.ctrlK = 'yes'; });
</script>"#;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn browser() -> PathBuf {
    let libraries = std::fs::read_dir("/usr/lib").expect("/usr/lib exists");
    libraries
        .filter_map(|folder| Some(folder.ok()?.path().join("webkit2gtk-4.1/MiniBrowser")))
        .find(|path| path.exists())
        .expect("WebKitGTK's MiniBrowser is missing; on Debian it comes with the package libwebkit2gtk-4.1-0")
}

fn app(stage: &Stage) -> App {
    let page = stage.root().join("page.html");
    std::fs::write(&page, PAGE).expect("the stage's folder can be written");
    App::new(browser()).arg("--automation").arg(format!("file://{}", page.display()))
}

fn processes_on(root: &Path) -> Vec<String> {
    let token = format!("STAGE_ROOT={}", root.display());
    let processes = std::fs::read_dir("/proc").expect("/proc exists");
    processes
        .filter_map(|entry| entry.ok())
        .filter(|entry| {
            let environment = std::fs::read(entry.path().join("environ")).unwrap_or_default();
            environment.split(|byte| *byte == 0).any(|variable| variable == token.as_bytes())
        })
        .map(|entry| std::fs::read_to_string(entry.path().join("comm")).unwrap_or_default())
        .collect()
}

/// Opens the page of the automated browser: MiniBrowser under automation ignores the address it was given.
async fn open_page(stage: &Stage, window: &stage::Window) -> Result<(), Box<dyn std::error::Error>> {
    window.client().goto(&format!("file://{}", stage.root().join("page.html").display())).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_is_driven_by_mouse_and_keyboard() -> Outcome {
    let stage = Stage::builder().keyring(Keyring::Absent).start().await?;
    let window = stage.launch(app(&stage)).await?;
    open_page(&stage, &window).await?;

    window.fill("#field", "Гарсия").await?;
    window.type_into("#field", " García").await?;
    window.click("#button").await?;
    window.wait_for_attribute("#answer", "data-state", "done").await?;
    assert_eq!(window.text("#answer").await?.as_deref(), Some("Гарсия García"), "what was typed arrived as it was");

    window.fill("#field", "again").await?;
    let value: String = window.run("return document.getElementById('field').value", vec![]).await?;
    assert_eq!(value, "again", "filling replaces what stood there");

    window.select("#choice", "two").await?;
    window.wait_for_attribute("#answer", "data-choice", "two").await?;
    window.press_keys(&[Key::Control], 'k').await?;
    window.wait_for_attribute("#keys", "data-ctrl-k", "yes").await?;

    assert_eq!(window.count("option").await?, 2, "both options are there");
    assert_eq!(window.attribute("#nowhere", "id").await?, None, "what is not there has no attribute");
    window.wait_until_gone("#nowhere").await?;

    for (width, height) in [(1440, 860), (900, 600)] {
        window.resize(width, height).await?;
    }
    let moved: Option<String> = window.run("move(); return answer.dataset.moved ?? null", vec![]).await?;
    assert_eq!(moved, None, "it is on its way");
    let picture = stage.root().join("picture.png");
    window.screenshot(&picture).await?;
    let moved = window.attribute("#answer", "data-moved").await?;
    assert_eq!(moved.as_deref(), Some("yes"), "a screenshot waits for what moves, but not for what moves for ever");
    assert!(std::fs::read(&picture)?.starts_with(b"\x89PNG"), "a screenshot is a PNG file");

    assert_eq!(window.close().await?, 0, "the browser ends well when its window is closed");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_stages_stand_at_once_and_leave_nothing() -> Outcome {
    let (first, second) = tokio::try_join!(Stage::builder().start(), Stage::builder().start())?;
    let (one, two) = tokio::try_join!(first.launch(app(&first)), second.launch(app(&second)))?;
    for (stage, window, text) in [(&first, &one, "first"), (&second, &two, "second")] {
        open_page(stage, window).await?;
        window.fill("#field", text).await?;
    }
    for (window, text) in [(&one, "first"), (&two, "second")] {
        let value: String = window.run("return document.getElementById('field').value", vec![]).await?;
        assert_eq!(value, text, "each window has its own text");
    }

    let roots = [first.root().to_path_buf(), second.root().to_path_buf()];
    assert!(processes_on(&roots[0]).len() > 4, "the processes of a stage are known by its token");
    drop((one, first)); // without closing the window: as when a test fails
    assert!(processes_on(&roots[1]).len() > 4, "the other stage still stands");
    drop((two, second));
    for root in roots {
        assert_eq!(processes_on(&root), Vec::<String>::new(), "everything that ran on {} has ended", root.display());
        assert!(!root.exists(), "{} is removed", root.display());
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_is_cleared_when_its_process_is_killed() -> Outcome {
    // This test starts itself again as a process that sets a stage and then waits for ever.
    if std::env::var_os("STAGE_TEST_STAND").is_some() {
        let stage = Stage::builder().start().await?;
        let _window = stage.launch(app(&stage)).await?;
        std::fs::write(std::env::var("STAGE_TEST_STAND")?, stage.root().to_string_lossy().as_bytes())?;
        std::future::pending::<()>().await;
    }
    let folder = tempfile::tempdir()?;
    let note = folder.path().join("root");
    let mut standing = std::process::Command::new(std::env::current_exe()?)
        .args(["--exact", "a_stage_is_cleared_when_its_process_is_killed"])
        .env("STAGE_TEST_STAND", &note)
        .stdout(std::process::Stdio::null())
        .spawn()?;
    let root = stage::wait_until("the other process's stage", stage::PATIENCE, async || {
        let root = std::fs::read_to_string(&note).unwrap_or_default();
        Ok(if root.is_empty() { Err("no stage".to_owned()) } else { Ok(PathBuf::from(root)) })
    })
    .await?;
    assert!(processes_on(&root).len() > 4, "the stage stands");
    standing.kill()?;
    standing.wait()?;
    stage::wait_until("the stage to be cleared", stage::PATIENCE, async || {
        let left = processes_on(&root);
        let gone = left.is_empty() && !root.exists();
        Ok(if gone { Ok(()) } else { Err(format!("{left:?}")) })
    })
    .await?;
    Ok(())
}

/// Stores or looks up a secret with libsecret's tool, and says whether that succeeded.
fn secret_tool(stage: &Stage, arguments: &[&str], secret: &str) -> Result<(bool, String), Box<dyn std::error::Error>> {
    let input = stage.root().join("secret");
    std::fs::write(&input, secret)?;
    let output = stage.command("secret-tool").args(arguments).stdin(std::fs::File::open(input)?).output()?;
    Ok((output.status.success(), String::from_utf8(output.stdout)?))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyring_is_unlocked_locked_or_absent() -> Outcome {
    let mut stage = Stage::builder().keyring(Keyring::Unlocked).start().await?;
    let (stored, _) = secret_tool(&stage, &["store", "--label=rehearsal", "key", "value"], "the secret")?;
    assert!(stored, "an unlocked keyring takes a secret");
    assert_eq!(secret_tool(&stage, &["lookup", "key", "value"], "")?, (true, "the secret".to_owned()));

    stage.set_keyring(Keyring::Absent).await?;
    assert!(!secret_tool(&stage, &["lookup", "key", "value"], "")?.0, "without a service nothing is found");

    stage.set_keyring(Keyring::Locked).await?;
    let searched = stage
        .command("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"])
        .args(["org.freedesktop.Secret.Service.SearchItems", "dict:string:string:key,value"])
        .output()?;
    let searched = String::from_utf8(searched.stdout)?;
    let (unlocked, locked) = searched.rsplit_once("array [").ok_or("the search answers with two lists")?;
    assert!(!unlocked.contains("object path"), "no entry is open: {unlocked}");
    assert!(locked.contains("object path"), "the entry is there, locked: {locked}");

    stage.set_keyring(Keyring::Unlocked).await?;
    assert_eq!(secret_tool(&stage, &["lookup", "key", "value"], "")?.1, "the secret", "entries outlive the states");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_shows_no_window_is_told_apart() -> Outcome {
    let stage = Stage::builder().keyring(Keyring::Absent).start().await?;
    let fault = stage.launch(App::new("/bin/sh").arg("-c").arg("echo no display >&2; exit 3")).await;
    match fault {
        Err(Fault::NoSession { said, .. }) => assert!(said.contains("no display"), "its words are kept: {said}"),
        other => panic!("expected no session, got {other:?}"),
    }
    Ok(())
}
