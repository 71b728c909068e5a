import Encoding
import Manifests
import Merkle
import Provenance

extension FuzzTarget {
    /// A manifest is its bytes; what is shown of it can do nothing to a terminal.
    static func manifest(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let manifest: Manifest
        do throws(Refusal) {
            manifest = try Manifest(bytes)
        } catch {
            try isPlain("\(error)", "a refusal")
            return false
        }
        try hold(manifest.bytes == bytes && manifest.digest == .sha256(bytes), "it is its bytes")
        try hold(manifest.subjects.count <= Limits.subjects, "subjects are counted")
        let digests = manifest.subjects.compactMap(\.digest)
        try hold(Set(digests).count == digests.count, "digests are distinct")
        let card = Card.text(of: manifest)
        for line in card.split(separator: "\n", omittingEmptySubsequences: false) {
            try isPlain(String(line), "a line of the card")
        }
        return true
    }

    /// A leaf is its bytes, and every path to a statement gives the same one.
    static func statement(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let leaf: Statement
        do throws(Refusal) {
            leaf = try Statement(leaf: bytes)
        } catch {
            try isPlain("\(error)", "a refusal")
            return false
        }
        try hold(leaf.leaf == bytes, "a leaf is its bytes")
        try hold(leaf.id.hash == .sha256(bytes), "an EntryID is the leaf's digest")
        try hold((try? COSESign1.decode(bytes))?.encoded() == bytes, "a leaf is deterministic")
        try hold((try? Submission(bytes).statement()) == leaf, "a leaf can be submitted as it is")
        try hold(bytes.count <= Limits.controlStatementBytes, "a leaf keeps to its limit")
        return true
    }

    /// A receipt is its bytes; who is lenient reads at least what others read, and alike.
    static func receipt(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let strict = try? Receipt(bytes)
        let lenient = try? Receipt(bytes, lenient: true)
        if let strict {
            try hold(strict.encoded() == bytes, "a receipt is its bytes")
            try hold(strict.ignored.isEmpty, "nothing is passed over")
            try hold(lenient?.proof == strict.proof, "lenient readers read the same proof")
            try hold(lenient?.note == strict.note, "lenient readers read the same note")
            try hold(strict.origin == lenient?.origin, "lenient readers read the same origin")
        }
        if case .inclusion(let proof)? = lenient?.proof {
            try hold(proof.leafIndex < proof.treeSize, "the leaf is in the tree")
            try hold(proof.treeSize <= Limits.largestInteger, "a size can be written in JSON")
        }
        return strict != nil
    }

    /// A file is its bytes, and stripped of what is beside it, it is the leaf.
    static func transparent(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let submission = try? Submission(bytes)
        if submission != nil {
            try hold((try? COSESign1.decode(bytes)) != nil, "what can be sent is a COSE_Sign1")
        }
        guard let file = try? TransparentStatement(bytes) else { return false }
        try hold(file.encoded() == bytes, "a file is its bytes")
        guard var message = try? COSESign1.decode(bytes) else {
            throw BrokenProperty(description: "untrue: a file is a COSE_Sign1")
        }
        message.unprotected = [:]
        try hold(message.encoded() == file.statement.leaf, "a stripped file is the leaf")
        if let submission {
            try hold(submission.id == file.statement.id, "the ledger reads the same statement")
            try hold(submission.manifest == file.manifest, "the ledger reads the same manifest")
        }
        return true
    }

    /// Throws where `text` holds what could act on a terminal.
    static func isPlain(_ text: String, _ name: String) throws(BrokenProperty) {
        for scalar in text.unicodeScalars {
            let isHarmful =
                switch scalar.value {
                case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069:
                    true
                default: false
                }
            try hold(!isHarmful, "\(name) has no U+\(String(scalar.value, radix: 16))")
        }
    }
}
