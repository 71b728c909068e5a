import HTTPCalls
import Settings
import Studio

/// How this program speaks to ledgers.
enum Network {
    static func url(_ text: String) throws(Failure) -> ServiceURL {
        do throws(ServiceURLError) {
            return try ServiceURL(text)
        } catch {
            throw Failure(
                .usage, text, "\(error)", hint: "give an address like https://ledger.example/prints"
            )
        }
    }

    /// Options that tell a person why nothing happens for a while.
    static func options(_ settings: Settings, _ console: Console) throws(Failure) -> CallOptions {
        var options = CallOptions()
        if let path = settings["ca"] {
            options.authorities = TrustedAuthorities(
                pem: try NamedFile.bytes(of: path, limit: FileLimit.authorities))
            guard options.authorities != nil else {
                throw .unreadable(path, "is not a file of certificates in PEM")
            }
        }
        options.onRetry = { error, delay in
            let seconds = max(1, Int((delay / .seconds(1)).rounded()))
            console.note("the ledger \(error); trying again in \(seconds) s")
        }
        return options
    }
}
