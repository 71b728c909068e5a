import Encoding
public import Manifests

/// A statement on its way into the log, with its manifest beside it.
///
/// Only the manifest is read of the unprotected header; receipts and all else that a completed
/// file carries are left alone, so a file can be sent again as it is (statement.md §8).
public struct Submission: Sendable {
    /// The statement's exact bytes.
    public var leaf: [UInt8] {
        switch content {
        case .statement(let statement): statement.leaf
        case .form(let form): form.leaf
        }
    }

    /// The statement's name: enough to find out whether it is known already.
    public var id: EntryID {
        switch content {
        case .statement(let statement): statement.id
        case .form(let form): form.id
        }
    }

    /// The manifest's bytes, where they were sent.
    public let manifest: [UInt8]?

    /// How far the bytes are read.
    private enum Content {
        /// Whole: they have the usual form.
        case statement(Statement)

        /// As a COSE message.
        case form(TransportForm)
    }

    private let content: Content

    /// Reads the COSE form; ``statement()`` reads the rest.
    ///
    /// The limit covers the largest control statement and the largest statement with manifest;
    /// a completed file carries more and is cut down by the sender.
    public init(_ bytes: [UInt8]) throws(Refusal) {
        guard bytes.count <= Limits.fileBytes else {
            throw Refusal(
                .tooLarge, field: "statement", rule: "must not exceed \(Limits.fileBytes) bytes")
        }
        if let usual = UsualSubmission(bytes) {
            content = .statement(usual.statement)
            manifest = usual.manifest
            return
        }
        let form = try TransportForm(bytes)
        content = .form(form)
        switch form.message.unprotected[HeaderLabel.manifest] {
        case nil: manifest = nil
        case .bytes(let bytes): manifest = bytes
        default:
            throw Refusal(.malformed, field: "manifest", rule: "must be a byte string at -65540")
        }
    }

    /// Reads the statement; the refusal names the header and the rule.
    public func statement() throws(Refusal) -> Statement {
        switch content {
        case .statement(let statement): statement
        case .form(let form): try Statement(form)
        }
    }
}
