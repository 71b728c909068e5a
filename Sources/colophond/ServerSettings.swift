import Encoding
import Files
import Foundation
import HTTPService
import Ledger
import LedgerCheck
import LedgerServer
import Logging
import Settings

/// The settings of `colophond`: flags, environment, file.
struct ServerSettings {
    static let table = SettingsTable(
        settings: [
            Setting(
                "data", variable: "COLOPHOND_DATA", isPath: true, summary: "the ledger's folder"),
            Setting(
                "keys", variable: "COLOPHOND_KEYS", isPath: true,
                summary: "the folder of the ledger's private keys; DATA.keys where not set"),
            Setting(
                "listen", variable: "COLOPHOND_LISTEN", fallback: "127.0.0.1:8080", isAddress: true,
                summary: "the address that clients use; port 0 takes a free one"),
            Setting(
                "ops-listen", variable: "COLOPHOND_OPS_LISTEN", isAddress: true,
                summary: "another address for /metrics, /healthz, /readyz, /ops"),
            Setting(
                "trusted-proxy", variable: "COLOPHOND_TRUSTED_PROXY",
                summary: "blocks of proxies, joined by commas, whose X-Forwarded-For is believed"),
            Setting(
                "tls-cert", variable: "COLOPHOND_TLS_CERT", isPath: true,
                summary: "the certificate chain (PEM); with it clients speak TLS"),
            Setting(
                "tls-key", variable: "COLOPHOND_TLS_KEY", isPath: true,
                summary: "the private key (PEM) of the certificate"),
            Setting(
                "issuer-rate", variable: "COLOPHOND_ISSUER_RATE", fallback: "5000",
                summary: "statements a second that one issuer may register; 0 for no limit"),
            Setting(
                "issuer-burst", variable: "COLOPHOND_ISSUER_BURST", fallback: "50000",
                summary: "statements that an issuer may register at once after a silence"),
            Setting(
                "refusal-rate", variable: "COLOPHOND_REFUSAL_RATE", fallback: "50",
                summary: "refused statements a second that an address may send; 0 for no limit"),
            Setting(
                "max-connections", variable: "COLOPHOND_MAX_CONNECTIONS", fallback: "10000",
                summary: "connections at one time"),
            Setting(
                "explorer", variable: "COLOPHOND_EXPLORER", fallback: "false",
                summary: "true shows people a site, beside what programs read"),
            Setting(
                "similar", variable: "COLOPHOND_SIMILAR", fallback: "on",
                summary: "off has no search for pictures that look alike, and keeps no hashes"),
            Setting(
                "index", variable: "COLOPHOND_INDEX",
                summary: "on makes index heads, off none; else as the ledger was made"),
            Setting(
                "index-interval", variable: "COLOPHOND_INDEX_INTERVAL", fallback: "60s",
                summary: "how long an entry waits for its rows, and for an index head: 1s to 1h"),
            Setting(
                "scrub-rate", variable: "COLOPHOND_SCRUB_RATE",
                fallback: "\(ScrubOptions().entriesPerSecond)",
                summary: "entries per second that are checked in the background; 0 checks none"),
            Setting(
                "witness-policy", variable: "COLOPHOND_WITNESS_POLICY", isPath: true,
                summary: "the file of the witnesses, their groups and quorum (C2SP tlog-policy)"),
            Setting(
                "require-quorum", variable: "COLOPHOND_REQUIRE_QUORUM", fallback: "false",
                summary: "true shows nobody a head that lacks the quorum"),
            Setting(
                "quorum-wait", variable: "COLOPHOND_QUORUM_WAIT", fallback: "2s",
                summary: "how long a registration waits for the quorum that is required"),
            Setting(
                "witness-interval", variable: "COLOPHOND_WITNESS_INTERVAL", fallback: "5s",
                summary: "the least time between two heads that the witnesses are asked to cosign"),
            Setting(
                "overrule-witness", variable: "COLOPHOND_OVERRULE_WITNESS",
                summary: "witnesses, joined by commas, against whose mere word heads are signed"),
            Setting(
                "timestamp-authorities", flag: "timestamp-authority",
                variable: "COLOPHOND_TIMESTAMP_AUTHORITIES", isAddress: true,
                summary: "RFC 3161 authorities that date heads: URLs, joined by commas"),
            Setting(
                "timestamp-cas", flag: "timestamp-ca", variable: "COLOPHOND_TIMESTAMP_CAS",
                isPath: true, isList: true,
                summary: "the CA file (PEM) of each authority, in the same order"),
            Setting(
                "timestamp-interval", variable: "COLOPHOND_TIMESTAMP_INTERVAL", fallback: "10m",
                summary: "the least time between two heads that authorities date"),
            Setting(
                "calendars", flag: "calendar", variable: "COLOPHOND_CALENDARS",
                isAddress: true,
                summary: "OpenTimestamps calendars that date heads: URLs, joined by commas"),
            Setting(
                "calendar-interval", variable: "COLOPHOND_CALENDAR_INTERVAL", fallback: "1h",
                summary: "the least time between two heads that calendars date"),
            Setting(
                "log-level", variable: "COLOPHOND_LOG_LEVEL", fallback: "info",
                summary: "trace, debug, info, notice, warning, error or critical"),
            Setting(
                "log-format", variable: "COLOPHOND_LOG_FORMAT", fallback: "text",
                summary: "text or json"),
        ],
        defaultFiles: ["/etc/colophon/colophond.yaml"], fileVariable: "COLOPHOND_CONFIG")

    private let settings: Settings

    /// Collects the settings; the error says which one cannot be read.
    init(flags: [String: String?], file: String?) async throws(Failure) {
        do throws(SettingsError) {
            settings = try await Settings(Self.table, flags: flags, file: file)
            // RocksDB and the TLS library take their paths as text.
            for key in Self.table.settings.map(\.key)
            where !NativeText.isText(settings[key] ?? "") {
                throw settings.complaint(key, "is not UTF-8 text", hint: "name another folder")
            }
        } catch {
            throw Failure(error)
        }
    }

    /// The lines of `--print-config`.
    var lines: [String] { settings.lines }

    /// The ledger's folder, without a slash at the end.
    var ledger: LedgerOptions {
        get throws(Failure) {
            guard let data = settings["data"], !data.isEmpty else {
                throw Failure(
                    "--data is missing", hint: "name the ledger's folder: --data DIR")
            }
            var options = LedgerOptions(data: data, keys: settings["keys"])
            do throws(SettingsError) {
                options.scrub.entriesPerSecond =
                    try settings.integer("scrub-rate", in: 0...10_000_000)
                    ?? options.scrub.entriesPerSecond
                options.indexInterval =
                    try settings.duration(
                        "index-interval", in: .seconds(1) ... .seconds(3600))
                    ?? options.indexInterval
            } catch {
                throw Failure(error)
            }
            // Only `serve` asks them: what opens the folder beside it signs nothing.
            options.asksWitnesses = settings["witness-policy"] != nil
            return options
        }
    }

    /// What the settings say of the witnesses; nil where they name no policy.
    var witnesses: WitnessPlan? {
        get throws(Failure) { try WitnessPlan(settings) }
    }

    /// What the settings say of those who date heads.
    var anchors: AnchorPlan {
        get throws(Failure) { try AnchorPlan(settings) }
    }

    /// Whether people are shown a site.
    var explorer: Bool {
        get throws(Failure) {
            do throws(SettingsError) {
                return try settings.boolean("explorer") ?? false
            } catch {
                throw Failure(error)
            }
        }
    }

    /// Whether there is a search by likeness.
    var searchesByLikeness: Bool {
        get throws(Failure) {
            switch settings["similar"] ?? "" {
            // YAML has both words for its booleans (YAML 1.1, "Boolean").
            case "on", "true": return true
            case "off", "false": return false
            case let text:
                throw Failure(settings.complaint("similar", "\"\(text)\" is neither on nor off"))
            }
        }
    }

    /// Whether index heads are made.
    var index: IndexSwitch {
        get throws(Failure) {
            switch settings["index"] {
            case nil: return .asLogged
            case "on", "true": return .on
            case "off", "false": return .off
            case let text?:
                throw Failure(settings.complaint("index", "\"\(text)\" is neither on nor off"))
            }
        }
    }

    /// The options of the server.
    var server: ServerOptions {
        get throws(Failure) {
            do throws(SettingsError) {
                guard let listen = try address("listen") else {
                    throw settings.complaint("listen", "is missing")
                }
                var options = ServerOptions(listen: listen)
                options.service.operations = try address("ops-listen")
                guard let proxies = TrustedProxies(settings.list("trusted-proxy")) else {
                    throw settings.complaint(
                        "trusted-proxy", "is not a list of address blocks",
                        hint: "10.0.0.0/8 and ::1/128 are such blocks")
                }
                options.service.proxies = proxies
                try readLimits(&options.limits)
                if let number = try settings.integer("max-connections", in: 1...1_000_000) {
                    options.service.limits.connections = number
                }
                return options
            } catch {
                throw Failure(error)
            }
        }
    }

    private func readLimits(_ limits: inout LedgerLimits) throws(SettingsError) {
        if let number = try settings.integer("issuer-rate", in: 0...1_000_000) {
            limits.issuerRate = number
        }
        if let number = try settings.integer("issuer-burst", in: 1...1_000_000_000) {
            limits.issuerBurst = number
        }
        if let number = try settings.integer("refusal-rate", in: 0...1_000_000) {
            limits.refusalRate = number
        }
    }

    /// The certificate of the server; nil where it speaks no TLS.
    ///
    /// Reads the files, so that a pair that cannot be used is found before anything is opened.
    var certificate: TLSCertificate? {
        get throws(Failure) {
            switch (settings["tls-cert"], settings["tls-key"]) {
            case (nil, nil): return nil
            case (let certificate?, let key?):
                do throws(TLSError) {
                    return try TLSCertificate(certificatePath: certificate, keyPath: key)
                } catch {
                    throw Failure(error)
                }
            case (nil, _): throw Failure("--tls-cert is missing", hint: Self.pairHint)
            case (_, nil): throw Failure("--tls-key is missing", hint: Self.pairHint)
            }
        }
    }

    private static let pairHint = "name both: --tls-cert chain.pem --tls-key key.pem"

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

    /// Returns the certificates in CA files that a command names, as the one file of a kit; nil
    /// where it names none.
    func timestampRoots(_ files: [String]) throws(Failure) -> [UInt8]? {
        try AnchorPlan.roots(ofFiles: files, settings)
    }

    private func address(_ key: String) throws(SettingsError) -> ListenAddress? {
        guard let text = settings[key] else { return nil }
        guard let address = ListenAddress(text) else {
            throw settings.complaint(
                key, "\"\(AddressText.shown(text))\" is not HOST:PORT",
                hint: "127.0.0.1:8080 and [::1]:0 are")
        }
        return address
    }
}
