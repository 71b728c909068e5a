import HTTPService
import Provenance

/// The types of what only a ledger reads and writes.
extension MediaType {
    static let cose = "application/cose"
    static let statement = "application/scitt-statement+cose"
    static let receipt = "application/scitt-receipt+cose"
    static let manifest = "application/vnd.in-toto+json"
    static let complete = CompleteProof.mediaType
    static let trustKit = TrustKit.Files.mediaType
}
