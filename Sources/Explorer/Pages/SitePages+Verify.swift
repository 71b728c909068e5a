import HTTPService
import HTTPTypes
import Ledger
import Provenance

extension SitePages {
    /// The page of the verifier, which runs in the visitor's browser.
    func verify(_ exchange: Exchange) throws(Problem) -> Reply {
        guard let verifier else { throw .notFound("this program has no verifier for browsers") }
        return SitePage.reply(
            Array(verifier.text().utf8), VerifyDocument.servedPolicy, .head, to: exchange)
    }

    /// The same page as one file with the newest trust kit in it, for use without a network.
    func savedVerifier(_ exchange: Exchange) throws(Problem) -> Reply {
        guard let verifier else { throw .notFound("this program has no verifier for browsers") }
        guard ledger.newestHead() != nil else {
            throw Problem(
                status: .serviceUnavailable, title: "Service Unavailable",
                detail: "\(ledger.unmetQuorum)", retryAfter: Problem.busyDelay)
        }
        let kit = try stored { try ledger.trustKit() }
        return SitePage.reply(
            Array(verifier.text(kit: kit.oneFile).utf8), verifier.savedPolicy, .head, to: exchange)
    }
}
