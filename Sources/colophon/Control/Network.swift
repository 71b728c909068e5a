import Files
import HTTPCalls
import Settings
import Studio

/// How this program speaks to ledgers, and about them.
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
                pem: try InputFile.bytes(of: path, limit: FileLimit.authorities))
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

    /// The ledger's no is final; anything else may be tried again.
    static func failure(_ error: CallError, _ subject: String? = nil) -> Failure {
        switch error {
        case .refused(let problem) where problem.status == 404:
            Failure(
                .no, subject, "the ledger \(error)",
                hint: "is the address complete, with the path of the ledger's origin?")
        case .refused: Failure(.no, subject, "the ledger \(error)")
        case .unreachable, .unavailable:
            Failure(
                .tryAgain, subject, "the ledger \(error)", hint: "run the same command again later")
        case .unexpected:
            Failure(
                .tryAgain, subject, "the ledger \(error)", hint: "check the address of the ledger")
        }
    }
}
