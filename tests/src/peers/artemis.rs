//! ActiveMQ Artemis, with AMQP as its only protocol.

use super::installed::java_program;
use super::{Certificates, MAX_FRAME_SIZE, Peer, Process, Scratch, free_address};
use std::time::Duration;

impl Peer {
    /// ActiveMQ Artemis. Logins are PLAIN, as guest with the password guest; others are refused. A queue is created
    /// when a link is attached to it, unless its name begins with `missing.`. Rejected messages go to the queue
    /// `dead`. Messages are kept in memory.
    pub fn artemis() -> Option<Self> {
        Self::artemis_with(None)
    }

    /// ActiveMQ Artemis over TLS. Logins are also EXTERNAL, as ada, with a certificate whose common name this is.
    pub fn artemis_with_tls(certificates: &Certificates) -> Option<Self> {
        Self::artemis_with(Some(certificates))
    }

    fn artemis_with(certificates: Option<&Certificates>) -> Option<Self> {
        const LIMIT: Duration = Duration::from_secs(60);
        let home = java_program("ActiveMQ Artemis", "artemis")?;
        let address = free_address();
        let scratch = Scratch::for_logs("artemis");
        let folder = scratch.path().display();
        scratch.write("users.properties", "guest=guest\n");
        scratch.write("roles.properties", "amq=guest\n");
        let tls = certificates.map(|certificates| {
            certificates.write(&scratch);
            scratch.write("certificates.properties", "ada=/.*CN=ada.*/\n");
            scratch.write("certificate-roles.properties", "amq=ada\n");
            format!(
                ";sslEnabled=true;keyStoreType=PEM;keyStorePath={folder}/both.pem;trustStoreType=PEMCA;\
                 trustStorePath={folder}/authority.pem;wantClientAuth=true;saslMechanisms=PLAIN,EXTERNAL"
            )
        });
        scratch.write("login.config", if tls.is_some() { LOGIN_WITH_CERTIFICATE } else { LOGIN });
        let acceptor = format!("{address}?protocols=AMQP{}", tls.unwrap_or_default());
        scratch.write("log4j2.properties", LOG);
        // It does not start without this file.
        scratch.write(
            "management.xml",
            r#"<management-context xmlns="http://activemq.apache.org/schema"/>"#,
        );
        scratch.write(
            "bootstrap.xml",
            &format!(
                r#"<broker xmlns="http://activemq.apache.org/schema">
                     <jaas-security domain="activemq"/>
                     <server configuration="file:{folder}/broker.xml"/>
                   </broker>"#
            ),
        );
        scratch.write("broker.xml", &broker(&folder.to_string(), &acceptor));

        let mut command = super::java();
        command
            .current_dir(scratch.path())
            .arg(format!("-Djava.security.auth.login.config={folder}/login.config"))
            .arg(format!("-Djava.io.tmpdir={folder}"))
            .arg(format!("-Dartemis.home={}", home.display()))
            .arg(format!("-Dartemis.instance={folder}"))
            .arg(format!("-Dartemis.instance.etc={folder}"))
            .arg(format!("-Ddata.dir={folder}"))
            .arg(format!("-Dlog4j2.configurationFile=file:{folder}/log4j2.properties"))
            .arg("-Dlog4j2.disableJmx=true")
            .arg("-classpath")
            .arg(home.join("lib/artemis-boot.jar"))
            .args(["org.apache.activemq.artemis.boot.Artemis", "run"]);
        let mut process = Process::start("artemis", &mut command, scratch.path().join("log"));
        process.wait_until_listening(address, LIMIT);
        Some(Self::new(address, vec![process], vec![scratch]))
    }
}

const LOGIN: &str = r#"activemq {
  org.apache.activemq.artemis.spi.core.security.jaas.PropertiesLoginModule required
    org.apache.activemq.jaas.properties.user="users.properties"
    org.apache.activemq.jaas.properties.role="roles.properties";
};
"#;

const LOGIN_WITH_CERTIFICATE: &str = r#"activemq {
  org.apache.activemq.artemis.spi.core.security.jaas.TextFileCertificateLoginModule sufficient
    org.apache.activemq.jaas.textfiledn.user="certificates.properties"
    org.apache.activemq.jaas.textfiledn.role="certificate-roles.properties";
  org.apache.activemq.artemis.spi.core.security.jaas.PropertiesLoginModule sufficient
    org.apache.activemq.jaas.properties.user="users.properties"
    org.apache.activemq.jaas.properties.role="roles.properties";
};
"#;

const LOG: &str = "\
rootLogger.level=WARN
rootLogger.appenderRef.console.ref=console
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d %-5level %c{1} %msg%n
";

/// Returns `broker.xml`. The expiry is checked twice a second, and a full disk does not stop senders.
fn broker(folder: &str, acceptor: &str) -> String {
    let permissions = [
        "createNonDurableQueue",
        "deleteNonDurableQueue",
        "createDurableQueue",
        "deleteDurableQueue",
        "createAddress",
        "deleteAddress",
        "consume",
        "browse",
        "send",
        "manage",
    ]
    .map(|kind| format!(r#"<permission type="{kind}" roles="amq"/>"#))
    .concat();
    format!(
        r##"<configuration xmlns="urn:activemq"><core xmlns="urn:activemq:core">
  <name>artemis</name>
  <persistence-enabled>false</persistence-enabled>
  <paging-directory>{folder}/paging</paging-directory>
  <large-messages-directory>{folder}/large</large-messages-directory>
  <max-disk-usage>99</max-disk-usage>
  <message-expiry-scan-period>500</message-expiry-scan-period>
  <acceptors><acceptor name="amqp">tcp://{acceptor};maxFrameSize={MAX_FRAME_SIZE}</acceptor></acceptors>
  <security-settings><security-setting match="#">{permissions}</security-setting></security-settings>
  <address-settings>
    <address-setting match="#">
      <dead-letter-address>dead</dead-letter-address>
      <default-queue-routing-type>ANYCAST</default-queue-routing-type>
      <default-address-routing-type>ANYCAST</default-address-routing-type>
    </address-setting>
    <address-setting match="missing.#">
      <auto-create-queues>false</auto-create-queues>
      <auto-create-addresses>false</auto-create-addresses>
    </address-setting>
  </address-settings>
  <addresses>
    <address name="dead"><anycast><queue name="dead"/></anycast></address>
  </addresses>
</core></configuration>
"##
    )
}
