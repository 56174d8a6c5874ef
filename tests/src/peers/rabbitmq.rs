//! RabbitMQ: versions 4.0 and 4.3 in their own folders, and 3.10 of Debian 12 with and without its AMQP 1.0 plugin.

use super::installed::{absent, cached, installed};
use super::{Certificates, MAX_FRAME_SIZE, Output, Peer, Process, Scratch, free_address};
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

// Not the wrapper in /usr/sbin, which switches to another user and the folders of that user.
const SERVER: &str = "/usr/lib/rabbitmq/bin/rabbitmq-server";
const CONTROL: &str = "/usr/lib/rabbitmq/bin/rabbitmqctl";
const EPMD: &str = "/usr/bin/epmd";

/// How to run the command line of a node.
#[derive(Debug)]
pub(super) struct Control(Command);

impl Control {
    fn run(&self, arguments: &[&str]) -> Output {
        let Self(control) = self;
        let environment = control.get_envs().filter_map(|(name, value)| Some((name, value?)));
        Output::of(&control.get_program().to_string_lossy(), |command| {
            command.args(control.get_args()).args(arguments).envs(environment)
        })
    }
}

/// The version and the configuration of RabbitMQ.
struct Node {
    name: &'static str,
    /// The root directory, which is entered with `chroot` unless it is `/`.
    root: PathBuf,
    plugins: &'static str,
    certificates: Option<Certificates>,
}

impl Peer {
    /// RabbitMQ 4.0, whose core protocol is AMQP 1.0. Logins are ANONYMOUS, or PLAIN as guest with the password guest.
    pub fn rabbitmq_4() -> Option<Self> {
        Self::rabbitmq_in_chroot("RabbitMQ 4", "rabbitmq-4", None)
    }

    /// RabbitMQ 4.3. Logins are those of [`rabbitmq_4`](Self::rabbitmq_4).
    pub fn rabbitmq_4_3() -> Option<Self> {
        Self::rabbitmq_in_chroot("RabbitMQ 4.3", "rabbitmq-4.3", None)
    }

    /// RabbitMQ 4.3 over TLS. Logins are PLAIN, as guest with the password guest, or EXTERNAL, as the user that is the
    /// common name of the client's certificate, if there is one.
    pub fn rabbitmq_4_3_with_tls(certificates: Certificates) -> Option<Self> {
        Self::rabbitmq_in_chroot("RabbitMQ 4.3", "rabbitmq-4.3", Some(certificates))
    }

    fn rabbitmq_in_chroot(
        title: &str,
        name: &'static str,
        certificates: Option<Certificates>,
    ) -> Option<Self> {
        let root = cached(name);
        if !installed(title, &[&root]) {
            return None;
        }
        if fs::metadata("/proc/self").is_ok_and(|own| own.uid() != 0) {
            absent(title, "can be started by root alone, with chroot");
            return None;
        }
        let plugins = if certificates.is_some() { "rabbitmq_auth_mechanism_ssl" } else { "" };
        Some(Node { name, root, plugins, certificates }.start())
    }

    /// RabbitMQ 3.10 with its AMQP 1.0 plugin. Logins are ANONYMOUS, none, or PLAIN as guest with the password guest.
    pub fn rabbitmq_3_with_amqp_1_0() -> Option<Self> {
        Self::rabbitmq_3("rabbitmq_amqp1_0")
    }

    /// RabbitMQ 3.10 in its default configuration, which speaks only AMQP 0-9-1.
    pub fn rabbitmq_3_without_amqp_1_0() -> Option<Self> {
        Self::rabbitmq_3("")
    }

    /// Runs the command line of RabbitMQ, for what cannot be done over AMQP 1.0.
    ///
    /// # Panics
    ///
    /// Panics if the server is not RabbitMQ, or the command fails.
    pub fn rabbitmqctl(&self, arguments: &[&str]) {
        let control = self.control.as_ref().expect("a server without rabbitmqctl");
        let run = control.run(arguments);
        assert_eq!(run.code, 0, "rabbitmqctl {arguments:?}: {run}");
    }

    fn rabbitmq_3(plugins: &'static str) -> Option<Self> {
        installed("RabbitMQ 3.10", &[Path::new(SERVER), Path::new(EPMD)]).then(|| {
            Node { name: "rabbitmq-3", root: "/".into(), plugins, certificates: None }.start()
        })
    }
}

impl Node {
    fn start(self) -> Peer {
        const LIMIT: Duration = Duration::from_secs(90);
        let [address, distribution, epmd] = [free_address(), free_address(), free_address()];
        let scratch = Scratch::for_logs(self.name);
        // The files must be below the root directory.
        let home = if self.is_in_chroot() {
            Scratch::new(&self.root.join("tmp"), self.name)
        } else {
            Scratch::new(scratch.path(), "home")
        };
        home.write("plugins", &format!("[{}].\n", self.plugins));
        let conf = self.listener(&home, address);
        home.write("rabbitmq.conf", &format!("{conf}frame_max = {MAX_FRAME_SIZE}\n"));
        home.write("advanced.config", "[].\n");
        home.write("rabbitmq-env.conf", "");

        let seen = |name: &str| self.seen_from_root(home.path()).join(name);
        let environment = [
            ("HOME", seen("")),
            ("LANG", "C.UTF-8".into()),
            ("RABBITMQ_NODENAME", format!("peer{}@localhost", address.port()).into()),
            ("RABBITMQ_CONFIG_FILE", seen("rabbitmq.conf")),
            ("RABBITMQ_ADVANCED_CONFIG_FILE", seen("advanced.config")),
            ("RABBITMQ_CONF_ENV_FILE", seen("rabbitmq-env.conf")),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", seen("plugins")),
            ("RABBITMQ_MNESIA_BASE", seen("database")),
            ("RABBITMQ_LOG_BASE", seen("logs")),
            ("RABBITMQ_LOGS", "-".into()), // to stdout, where we look
            ("RABBITMQ_PID_FILE", seen("pid")),
            ("RABBITMQ_DIST_PORT", distribution.port().to_string().into()),
            (
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                "-kernel inet_dist_use_interface {127,0,0,1}".into(),
            ),
            ("ERL_EPMD_ADDRESS", epmd.ip().to_string().into()),
            ("ERL_EPMD_PORT", epmd.port().to_string().into()),
        ];
        let run = |program: &str| {
            let mut command = self.command(program);
            // The crash dump of Erlang.
            command.current_dir(home.path());
            command.envs(environment.iter().map(|(name, value)| (name, value)));
            command
        };
        // A node that finds no epmd, which is Erlang's directory of nodes, starts one that outlives the node.
        let mut directory = Process::start("epmd", &mut run(EPMD), scratch.path().join("epmd.log"));
        directory.wait_until_listening(epmd, LIMIT);
        let mut broker = Process::start(self.name, &mut run(SERVER), scratch.path().join("log"));
        broker.set_pid_file(home.path().join("pid"));
        broker.wait_until_listening(address, LIMIT);
        let control = Control(run(CONTROL));
        let peer = Peer::new(address, vec![broker, directory], vec![home, scratch]);
        Peer { control: Some(control), ..peer }
    }

    /// Returns the part of `rabbitmq.conf` about the address, and writes the files that it names.
    fn listener(&self, home: &Scratch, address: SocketAddr) -> String {
        let Some(certificates) = &self.certificates else {
            return format!("listeners.tcp.1 = {address}\n");
        };
        certificates.write(home);
        let folder = self.seen_from_root(home.path());
        let folder = folder.display();
        format!(
            "listeners.tcp = none\n\
             listeners.ssl.1 = {address}\n\
             ssl_options.cacertfile = {folder}/authority.pem\n\
             ssl_options.certfile = {folder}/certificate.pem\n\
             ssl_options.keyfile = {folder}/key.pem\n\
             ssl_options.verify = verify_peer\n\
             ssl_options.fail_if_no_peer_cert = false\n\
             ssl_cert_login_from = common_name\n\
             auth_mechanisms.1 = PLAIN\n\
             auth_mechanisms.2 = EXTERNAL\n"
        )
    }

    fn is_in_chroot(&self) -> bool {
        self.root != Path::new("/")
    }

    fn command(&self, program: &str) -> Command {
        if self.is_in_chroot() {
            let mut command = Command::new("chroot");
            command.arg(&self.root).arg(program);
            command
        } else {
            Command::new(program)
        }
    }

    /// Returns the path of a file within the root directory.
    fn seen_from_root(&self, file: &Path) -> PathBuf {
        let inside = file.strip_prefix(&self.root).expect("a file outside the root");
        Path::new("/").join(inside)
    }
}
