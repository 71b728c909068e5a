import Checkpoints
import Encoding
import Merkle

extension FuzzTarget {
    /// A note is its bytes, and so is each line below it.
    static func note(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        guard let note = try? SignedNote(parsing: bytes) else { return false }
        try hold(note.encoded == bytes, "a note encodes to itself")
        for signature in note.signatures {
            let line = signature.line
            try hold(
                (try? NoteSignature(parsing: line.dropLast()[...])) == signature
                    || (try? NoteSignature(parsing: line[...])) == signature,
                "a signature comes back from its line")
            if let cosignature = try? Cosignature(signature.signature) {
                try hold(cosignature.encoded == signature.signature, "a cosignature is its bytes")
            }
        }
        return true
    }

    /// A checkpoint is its text; readers that allow extension lines read all that others read.
    static func checkpoint(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let plain = try? Checkpoint(parsing: bytes)
        let extended = try? Checkpoint(parsing: bytes, allowingExtensions: true)
        if let plain {
            try hold(plain.text == bytes, "a checkpoint is its text")
            try hold(plain.extensions.isEmpty, "extensions are refused unless allowed")
            try hold(extended == plain, "extensions are allowed, not asked for")
        }
        if let extended {
            try hold(extended.text == bytes, "a checkpoint with extensions is its text")
        }
        return extended != nil
    }

    /// A proof is its file, and fits the checkpoint in it.
    static func tlogProof(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        guard let proof = try? TLogProof(parsing: bytes) else { return false }
        try hold(proof.encoded == bytes, "a proof is its file")
        try hold(proof.inclusion.treeSize == proof.signed.claim.size, "sizes agree")
        try hold(proof.inclusion.leafIndex < proof.signed.claim.size, "the leaf is in the tree")
        return true
    }

    /// A proof of misbehaviour is its file, made again from its parts, and convicts only by a key.
    static func misbehaviour(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        guard let proof = try? MisbehaviourProof(parsing: bytes) else { return false }
        try hold(proof.encoded == bytes, "a proof is its file")
        let (older, newer) = (proof.older.claim, proof.newer.claim)
        try hold(older.origin == newer.origin && older.size <= newer.size, "of one log, in order")
        try hold((proof.prefix == nil) == (older.size == newer.size), "hashes where sizes differ")
        try hold((proof.prefix?.path.count ?? 0) <= 64, "no more hashes than the page says")
        try hold((try? proof.convict(by: [])) == nil, "nobody is convicted without a key")
        return true
    }

    /// A policy that is read can be written, and means the same.
    static func policy(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        guard let policy = try? TrustPolicy(parsing: bytes) else { return false }
        let again = try? TrustPolicy(parsing: policy.encoded)
        try hold(again == policy, "a policy comes back from its file")
        try hold(again?.encoded == policy.encoded, "a policy has one file")
        return true
    }

    /// A key is its text.
    static func verifierKey(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        guard let text = Text(utf8: bytes), let key = try? VerifierKey(parsing: text) else {
            return false
        }
        try hold(Array(key.description.utf8) == bytes, "a key is its text")
        return true
    }

    /// An origin is its text, in the parts that it names.
    static func origin(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        guard let text = Text(utf8: bytes), let origin = try? Origin(text) else { return false }
        try hold(origin.text.utf8 == bytes, "an origin is its text")
        let parts = origin.authority + origin.path
        try hold(Array(parts.utf8) == bytes, "an origin is its authority and its path")
        let authority = origin.port.map { "\(origin.host):\($0)" } ?? origin.host
        try hold(authority == origin.authority, "an authority is host and port")
        try hold(!bytes.contains(UInt8(ascii: "+")) && !origin.path.hasSuffix("/"), "no + or /")
        return true
    }

    /// A path is its text: no tile has two.
    static func tilePath(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        guard let text = Text(utf8: bytes), let path = try? TilePath(parsing: text.string) else {
            return false
        }
        try hold(Array(path.description.utf8) == bytes, "a path is its text")
        try hold(!path.description.contains(".."), "a path stays in its folder")
        return true
    }
}
