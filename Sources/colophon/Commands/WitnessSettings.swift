import Encoding
import Files
import HTTPService
import Logging
import Settings
import WitnessServer

/// The settings of `colophon witness`: flags, environment, file; none of them is a PoP's.
struct WitnessSettings {
    private static func setting(
        _ key: String, _ summary: String, fallback: String? = nil, isPath: Bool = false,
        isAddress: Bool = false
    ) -> Setting {
        let word = key.uppercased().map { $0 == "-" ? "_" : $0 }
        return Setting(
            key, variable: "COLOPHON_WITNESS_" + String(word), fallback: fallback, isPath: isPath,
            isAddress: isAddress, summary: summary)
    }

    private static let table = SettingsTable(
        settings: [
            setting("data", "the folder of what was cosigned", isPath: true),
            setting("key", "the PEM file of the witness's private key", isPath: true),
            setting(
                "passphrase-file", "a file with the passphrase of an encrypted key", isPath: true),
            setting("name", "the name of the witness"),
            setting("logs", "the file of the logs that are cosigned for", isPath: true),
            setting(
                "listen", "the address that clients use; port 0 takes a free one",
                fallback: "127.0.0.1:8090", isAddress: true),
            setting(
                "ops-listen", "another address for /metrics, /healthz and /readyz",
                isAddress: true),
            setting(
                "trusted-proxy",
                "blocks of proxies, joined by commas, whose X-Forwarded-For is believed"),
            setting(
                "tls-cert", "the certificate chain (PEM); with it clients speak TLS", isPath: true),
            setting("tls-key", "the private key (PEM) of the certificate", isPath: true),
            setting(
                "bastion", "a bastion that passes requests on to this witness", isAddress: true),
            setting(
                "bastion-key", "the PEM file of the key by which the bastion knows this witness",
                isPath: true),
            setting(
                "ca", "a file of the only authorities (PEM) that may vouch for the bastion",
                isPath: true),
            setting(
                "log-rate", "requests a second for one log; 0 for no limit",
                fallback: "\(WitnessLimits().logRate)"),
            setting(
                "log-burst", "requests for one log at once after a silence",
                fallback: "\(WitnessLimits().logBurst)"),
            setting(
                "max-connections", "connections at one time",
                fallback: "\(ServiceLimits().connections)"),
            setting(
                "log-level", "trace, debug, info, notice, warning, error or critical",
                fallback: "info"),
            setting("log-format", "text or json", fallback: "text"),
        ],
        defaultFiles: ["/etc/colophon/witness.yaml"], fileVariable: "COLOPHON_WITNESS_CONFIG")

    let settings: Settings

    /// Collects the settings; the error says which one cannot be read.
    init(flags: [String: String?], file: String?) async throws(Failure) {
        do throws(SettingsError) {
            settings = try await Settings(Self.table, flags: flags, file: file)
        } catch {
            throw Failure(error)
        }
    }

    /// The lines of `--print-config`.
    var lines: [String] { settings.lines }

    /// Returns a setting that a witness cannot do without.
    func required(_ key: String) throws(Failure) -> String {
        guard let value = settings[key], !value.isEmpty else { return try settings.required(key) }
        return value
    }

    /// The limits for logs.
    var limits: WitnessLimits {
        get throws(Failure) {
            var limits = WitnessLimits()
            if let rate = try integer("log-rate", in: 0...1_000_000) { limits.logRate = rate }
            if let burst = try integer("log-burst", in: 1...1_000_000_000) {
                limits.logBurst = burst
            }
            return limits
        }
    }

    /// The addresses, and what holds for any service.
    var service: ServiceOptions {
        get throws(Failure) {
            guard let listen = try address("listen") else {
                throw Failure(settings.complaint("listen", "is missing"))
            }
            var options = ServiceOptions(listen: listen)
            options.operations = try address("ops-listen")
            guard let proxies = TrustedProxies(settings.list("trusted-proxy")) else {
                throw Failure(
                    settings.complaint(
                        "trusted-proxy", "is not a list of address blocks",
                        hint: "10.0.0.0/8 and ::1/128 are such blocks"))
            }
            options.proxies = proxies
            if let number = try integer("max-connections", in: 1...1_000_000) {
                options.limits.connections = number
            }
            options.certificate = try certificate
            return options
        }
    }

    private var certificate: TLSCertificate? {
        get throws(Failure) {
            let hint = "name both: --tls-cert chain.pem --tls-key key.pem"
            switch (settings["tls-cert"], settings["tls-key"]) {
            case (nil, nil): return nil
            case (nil, _): throw .usage("--tls-cert is missing", hint: hint)
            case (_, nil): throw .usage("--tls-key is missing", hint: hint)
            case (let certificate?, let key?):
                do throws(TLSError) {
                    return try TLSCertificate(certificatePath: certificate, keyPath: key)
                } catch {
                    throw .usage("\(error)", hint: error.hint)
                }
            }
        }
    }

    /// The lowest level that is logged.
    var logLevel: Logger.Level {
        get throws(Failure) {
            do throws(SettingsError) {
                return try settings.choice("log-level")
            } catch {
                throw Failure(error)
            }
        }
    }

    /// The format of the log.
    var logFormat: LogFormat {
        get throws(Failure) {
            do throws(SettingsError) {
                return try settings.choice("log-format")
            } catch {
                throw Failure(error)
            }
        }
    }

    private func integer(_ key: String, in range: ClosedRange<Int>) throws(Failure) -> Int? {
        do throws(SettingsError) {
            return try settings.integer(key, in: range)
        } catch {
            throw Failure(error)
        }
    }

    private func address(_ key: String) throws(Failure) -> ListenAddress? {
        guard let text = settings[key] else { return nil }
        guard let address = ListenAddress(text) else {
            throw Failure(
                settings.complaint(
                    key, "\"\(AddressText.shown(text))\" is not HOST:PORT",
                    hint: "127.0.0.1:8090 and [::1]:0 are"))
        }
        return address
    }
}
