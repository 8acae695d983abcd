//! The stage's session bus.

use crate::Fault;
use crate::place::Place;
use crate::process::Process;
use std::path::Path;
use std::process::Stdio;

/// Services that the bus may start by itself: none but the keyring's prompter. Everything else that a desktop starts on
/// demand would be another machine's furniture, and would bring a keyring back where the stage has none.
const STARTED_ON_DEMAND: [&str; 2] =
    ["org.gnome.keyring.SystemPrompter.service", "org.gnome.keyring.PrivatePrompter.service"];

/// Where Debian keeps the descriptions of such services.
const SERVICES: &str = "/usr/share/dbus-1/services";

pub(crate) async fn start(place: &Place) -> Result<Process, Fault> {
    let services = place.root().join("services");
    std::fs::create_dir(&services).map_err(Fault::file(&services))?;
    for service in STARTED_ON_DEMAND {
        let description = Path::new(SERVICES).join(service);
        if description.exists() {
            std::fs::copy(&description, services.join(service)).map_err(Fault::file(description))?;
        }
    }
    let configuration = place.root().join("bus.conf");
    std::fs::write(&configuration, configuration_text(place.root(), &services)).map_err(Fault::file(&configuration))?;

    let mut command = place.command("dbus-daemon");
    command.arg("--config-file").arg(&configuration).args(["--nofork", "--nopidfile", "--print-address=1"]);
    command.stdin(Stdio::null());
    let mut bus = Process::start(&mut command, place.log("bus"), "dbus")?;
    bus.wait_for_output("the address of the session bus", |said| said.contains("unix:path=").then_some(())).await?;
    Ok(bus)
}

/// The bus's address, as programs are told.
pub(crate) fn address(root: &Path) -> String {
    format!("unix:path={}", root.join("bus").display())
}

fn configuration_text(root: &Path, services: &Path) -> String {
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <keep_umask/>
  <listen>{}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
        address(root),
        services.display()
    )
}
