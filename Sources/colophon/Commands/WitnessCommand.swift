import ArgumentParser
import Checkpoints
import CoreMetrics
import Encoding
import Files
import HTTPService
import Logging
import Settings
import WitnessServer
import Witnessing

/// Cosigns the checkpoints of logs, for all who ask.
struct WitnessCommand: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "witness",
        abstract: "Be a witness: cosign what logs have signed, as long as they only grow.",
        discussion: """
            For any log, ours or not (C2SP tlog-witness):

              colophon keygen --witness witness.example
              colophon witness --data witness --key witness.pem \\
                --name witness.example --logs logs --listen 127.0.0.1:8090

            LOGS has a line `log VKEY` for each log; SIGHUP reads it again. The folder
            DATA is the witness's memory: a key whose folder is lost must never cosign
            again. An empty folder begins a new one.

            Logs to standard error. On SIGTERM or SIGINT it accepts nothing new, answers
            what it has accepted and exits with 0. Settings come from flags, then from
            COLOPHON_WITNESS_DATA and so on, then from --config FILE or
            /etc/colophon/witness.yaml.
            """)

    @Option(help: ArgumentHelp("The folder of what was cosigned.", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("The private key, Ed25519.", valueName: "pem"))
    var key: String?

    @Option(help: "The name of the witness, a URL without its scheme.")
    var name: String?

    @Option(help: ArgumentHelp("The logs: lines of log VKEY.", valueName: "file"))
    var logs: String?

    @Option(help: "The address for clients: HOST:PORT; port 0 takes a free one.")
    var listen: String?

    @Option(help: "Another address for /metrics, /healthz and /readyz.")
    var opsListen: String?

    @Option(help: "Blocks of proxies whose X-Forwarded-For is believed: CIDR[,CIDR...].")
    var trustedProxy: String?

    @Option(
        help: ArgumentHelp(
            "The certificate chain (PEM); with it clients speak TLS.", valueName: "file"))
    var tlsCert: String?

    @Option(help: ArgumentHelp("The certificate's private key (PEM).", valueName: "file"))
    var tlsKey: String?

    @Option(help: "A bastion that passes requests on to this witness: https://HOST.")
    var bastion: String?

    @Option(
        help: ArgumentHelp(
            "The private key, Ed25519, by which the bastion knows this witness.", valueName: "pem"))
    var bastionKey: String?

    @Option(
        help: ArgumentHelp(
            "A file of the only authorities (PEM) that may vouch for the bastion.",
            valueName: "file"))
    var ca: String?

    @Option(help: "Requests a second for one log; 0 for no limit.")
    var logRate: String?

    @Option(help: "Requests for one log at once after a silence.")
    var logBurst: String?

    @Option(help: "Connections at one time.")
    var maxConnections: String?

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel: String?

    @Option(help: "text or json.")
    var logFormat: String?

    @Flag(help: "Show each setting with where it comes from, and stop.")
    var printConfig = false

    @OptionGroup var passphrase: PassphraseOptions
    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        let settings = try await WitnessSettings(
            flags: [
                "data": data, "key": key, "name": name, "logs": logs, "listen": listen,
                "ops-listen": opsListen, "trusted-proxy": trustedProxy, "tls-cert": tlsCert,
                "tls-key": tlsKey, "bastion": bastion, "bastion-key": bastionKey, "ca": ca,
                "log-rate": logRate, "log-burst": logBurst,
                "max-connections": maxConnections, "log-level": logLevel,
                "log-format": logFormat ?? (common.json ? "json" : nil),
            ], file: common.config)
        if printConfig {
            console.print(text: settings.lines.joined(separator: "\n"))
            return .yes
        }
        let keys = WitnessKeys(settings, passphrase, console)
        let cosigner = try keys.cosigner
        var service = try settings.service
        service.bastion = try keys.bastion(beside: cosigner)
        let run = WitnessRun(
            cosigner: cosigner, logs: try settings.required("logs"),
            data: try settings.required("data"), limits: try settings.limits,
            service: service, logger: try logger(settings))
        try await run.run()
        return .yes
    }

    private func logger(_ settings: WitnessSettings) throws(Failure) -> Logger {
        let (format, level) = (try settings.logFormat, try settings.logLevel)
        LoggingSystem.bootstrap { label in
            var handler = LineLogHandler(label: label, format: format)
            handler.logLevel = level
            return handler
        }
        return Logger(label: "colophon-witness")
    }
}
