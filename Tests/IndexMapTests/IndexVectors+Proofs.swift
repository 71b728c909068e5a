import Encoding
import IndexMap
import Merkle

extension IndexVectors {
    /// Makes proofs that hold, and each rule broken once.
    static func proofs(_ maps: [String: TestMap]) throws -> [Proof] {
        var proofs: [Proof] = []
        for (name, map, subject, positions) in try right() {
            guard let made = maps[map] else { continue }
            let proof = try made.trie.proof(of: subject, positions: positions, reading: made.rows)
            proofs.append(judged(name, map, made, proof.encoded))
        }
        guard let map = maps["log 2000"] else { return proofs }
        for (name, bytes) in try wrong(map) {
            proofs.append(judged(name, "log 2000", map, bytes))
        }
        return proofs
    }

    private static func right() throws -> [(String, String, IndexName, Range<UInt64>)] {
        let artifact = IndexName.artifact(.sha256(Array("1234".utf8)))
        let iss = try IndexName.iss("https://pops.example/3")
        let absent = try IndexName.sub("urn:x:none")
        let title = try IndexName.title(drop: "https://s.example/d", serial: 51)
        let whole = UInt64(0)..<4096
        var cases: [(String, String, IndexName, Range<UInt64>)] = try [
            ("none in an empty map", "log 0", absent, whole),
            ("none in a bucket that is the root", "log 21", absent, whole),
            ("an artifact", "log 2000", artifact, whole),
            ("a thread of four", "log 2000", .sub("urn:x:1996"), whole),
            ("no thread", "log 2000", absent, whole), ("no copy", "log 2000", title, whole),
            ("an issuer, all of it", "log 2000", iss, whole),
            ("none, beside the list of another key", "65 of one key", absent, whole),
        ]
        for from in [0, 1, 255, 256, 285] as [UInt64] {
            cases.append(("an issuer, from \(from)", "log 2000", iss, from..<from + 1))
        }
        return cases
    }

    /// Proofs of a map of the log, each with one thing altered.
    private static func wrong(_ map: TestMap) throws -> [(String, [UInt8])] {
        let thread = try IndexName.sub("urn:x:1996")
        let iss = try IndexName.iss("https://pops.example/3")
        let bucket = try map.trie.proof(of: thread, reading: map.rows)
        let list = try map.trie.proof(of: iss, positions: 10..<20, reading: map.rows)
        let (path, bytes) = (bucket.path, bucket.encoded)
        return wrongBuckets(bucket) + wrongLists(list) + [
            ("pages without a list", altered(bucket, pages: list.pages)),
            ("zeros in the path", altered(bucket, path: [.zero] + path.dropFirst())),
            ("a node less", altered(bucket, path: path.dropLast())),
            ("a node more", altered(bucket, path: path + [nil])),
            ("two empty nodes", altered(bucket, path: path + [nil], end: .empty)),
            ("a kind that is not known", [0x85, 0x04] + bytes.dropFirst(2)),
            ("a byte behind it", bytes + [0]),
            ("a longer form of a number", [0x85, 0x18] + bytes.dropFirst()),
            ("the end cut off", bytes.dropLast()),
        ]
    }

    private static func wrongBuckets(_ proof: IndexProof) -> [(String, [UInt8])] {
        guard case .bucket(let records) = proof.end else { return [] }
        let other = IndexProofEnd.Record(tag: 1, index: records[0].index)
        let late = IndexProofEnd.Record(tag: 1, index: 2000)
        return [
            ("a record less", .bucket(records.dropLast())),
            ("records in another order", .bucket(records.reversed())),
            ("a record twice", .bucket(records + records.suffix(1))), ("no records", .empty),
            ("another tag", .bucket([other] + records.dropFirst())),
            ("an index that is not covered", .bucket(records.dropLast() + [late])),
        ].map { ($0, altered(proof, end: $1)) }
    }

    private static func wrongLists(_ proof: IndexProof) -> [(String, [UInt8])] {
        guard case .list(let key, let count, let root) = proof.end else { return [] }
        let page = proof.pages[0]
        func with(_ indexes: [UInt64], from: UInt64 = page.from) -> [IndexPage] {
            [IndexPage(from: from, indexes: indexes, left: page.left, right: page.right)]
        }
        let ends: [(String, IndexProofEnd)] = [
            ("a list of one less", .list(key: key, count: count - 1, root: root)),
            ("a list of 64", .list(key: key, count: 64, root: root)),
            ("a list above N", .list(key: key, count: 2001, root: root)),
            ("another root of a list", .list(key: key, count: count, root: .zero)),
        ]
        let others = [page.indexes[0] + 1] + page.indexes.dropFirst()
        let pages = [
            ("a page at another place", with(page.indexes, from: page.from + 1)),
            ("a page of another entry", with(others)),
            ("a page whose indexes fall", with(page.indexes.reversed())),
            ("a page twice", [page, page]),
        ]
        return ends.map { ($0, altered(proof, end: $1)) }
            + pages.map { ($0, altered(proof, pages: $1)) }
    }

    private static func altered(
        _ proof: IndexProof, path: [Hash?]? = nil, end: IndexProofEnd? = nil,
        pages: [IndexPage]? = nil
    ) -> [UInt8] {
        IndexProof(
            name: proof.name, path: path ?? proof.path, end: end ?? proof.end,
            pages: pages ?? proof.pages
        ).encoded
    }

    private static func judged(
        _ name: String, _ map: String, _ made: TestMap, _ bytes: [UInt8]
    ) -> Proof {
        do throws(IndexProofError) {
            let listing = try IndexProof(bytes).listing(
                under: made.trie.root, size: made.trie.size)
            let runs = listing.runs.map { ("\($0.from)", $0.indexes) }
            return Proof(
                name: name, map: map, proof: Hex.encode(bytes), verdict: "listed", rule: nil,
                count: listing.count, runs: Dictionary(uniqueKeysWithValues: runs))
        } catch {
            var verdict = "false"
            if case .name(.unknownKind) = error { verdict = "unknown" }
            return Proof(
                name: name, map: map, proof: Hex.encode(bytes), verdict: verdict,
                rule: error.description, count: nil, runs: nil)
        }
    }
}
