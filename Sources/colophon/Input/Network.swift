import Encoding
import Files
import HTTPCalls
import Settings
import Studio
import Synchronization

/// How this program speaks to ledgers.
enum Network {
    static func url(_ text: String) throws(Failure) -> ServiceURL {
        do throws(ServiceURLError) {
            return try ServiceURL(text)
        } catch {
            throw Failure(
                .usage, AddressText.shown(text), "\(error)",
                hint: "give an address like https://ledger.example/prints")
        }
    }

    /// Refuses an address in the place of a folder, and does not repeat what it may hide.
    static func requireFolder(_ path: String) throws(Failure) {
        let start = path.lowercased()
        guard start.hasPrefix("http://") || start.hasPrefix("https://") else { return }
        throw .usage(
            "--from \(AddressText.shown(path)) is an address, and no file or folder",
            hint: "--ledger names the address of a log, or of a copy that is served")
    }

    /// Options that tell a person why nothing happens for a while.
    static func options(_ settings: Settings, _ console: Console) throws(Failure) -> CallOptions {
        let ledger = try settings["ledger"].map { text throws(Failure) in try url(text) }
        return try options(settings, for: ledger, console)
    }

    /// The same for a ledger that no setting names.
    static func options(
        _ settings: Settings, for ledger: ServiceURL?, _ console: Console
    ) throws(Failure) -> CallOptions {
        var options = CallOptions()
        if let path = settings["ca"] {
            options.authorities = TrustedAuthorities(
                pem: try NamedFile.bytes(of: path, limit: FileLimit.authorities))
            guard options.authorities != nil else {
                throw .unreadable(path, "is not a file of certificates in PEM")
            }
        }
        if let ledger { options.proxy = try proxy(for: ledger) }
        let newest = NewestNote()
        options.onRetry = { error, delay in
            guard newest.isNews("\(error)") else { return }
            let seconds = max(1, Int((delay / .seconds(1)).rounded()))
            console.note("the ledger \(error); trying again in \(seconds) s")
        }
        return options
    }

    /// The proxy that the environment names for an address.
    static func proxy(for ledger: ServiceURL) throws(Failure) -> ProxyAddress? {
        var environment: [String: String] = [:]
        for name in ProxySettings.names { environment[name] = ProcessStart.variable(name) }
        do throws(ProxyError) {
            return try ProxySettings(environment: environment).proxy(for: ledger)
        } catch {
            throw .usage(
                "\(error.variable) \(error)", hint: "no_proxy=HOST speaks to HOST directly")
        }
    }
}

/// What was told of a ledger that does not answer: the same again and again says nothing.
private final class NewestNote: Sendable {
    /// After so long the same is told again: it is still so.
    private static let pause: Duration = .seconds(20)

    private let told = Mutex<(words: String, at: ContinuousClock.Instant)?>(nil)

    func isNews(_ words: String) -> Bool {
        told.withLock { told in
            if let last = told, last.words == words, last.at + Self.pause > .now { return false }
            told = (words, .now)
            return true
        }
    }
}
