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
        func proof(_ name: IndexName, _ positions: Range<UInt64> = 0..<4096) throws -> IndexProof {
            try map.trie.proof(of: name, positions: positions, reading: map.rows)
        }
        let bucket = try proof(.sub("urn:x:1996"))
        let list = try proof(.iss("https://pops.example/3"), 10..<20)
        func with(
            _ proof: IndexProof, path: [Hash?]? = nil, end: IndexProofEnd? = nil,
            pages: [IndexPage]? = nil
        ) -> [UInt8] {
            IndexProof(
                name: proof.name, path: path ?? proof.path, end: end ?? proof.end,
                pages: pages ?? proof.pages
            ).encoded
        }
        var altered: [(String, [UInt8])] = []
        if case .bucket(let records) = bucket.end {
            altered += [
                ("a record less", with(bucket, end: .bucket(Array(records.dropLast())))),
                ("records in another order", with(bucket, end: .bucket(records.reversed()))),
                ("a record twice", with(bucket, end: .bucket(records + records.suffix(1)))),
                ("no records", with(bucket, end: .empty)),
                (
                    "another tag",
                    with(
                        bucket,
                        end: .bucket([.init(tag: 1, index: records[0].index)] + records.dropFirst())
                    )
                ),
                (
                    "an index that is not covered",
                    with(bucket, end: .bucket(records.dropLast() + [.init(tag: 1, index: 2000)]))
                ),
            ]
        }
        if case .list(let key, let count, let root) = list.end {
            let page = list.pages[0]
            func pages(_ indexes: [UInt64]) -> [IndexPage] {
                [IndexPage(from: page.from, indexes: indexes, left: page.left, right: page.right)]
            }
            let next = IndexPage(
                from: page.from + 1, indexes: page.indexes, left: page.left, right: page.right)
            let rest = page.indexes.dropFirst()
            altered += [
                (
                    "a list of one less",
                    with(list, end: .list(key: key, count: count - 1, root: root))
                ),
                ("a list of 64", with(list, end: .list(key: key, count: 64, root: root))),
                ("a list above N", with(list, end: .list(key: key, count: 2001, root: root))),
                (
                    "another root of a list",
                    with(list, end: .list(key: key, count: count, root: .zero))
                ),
                ("a page at another place", with(list, pages: [next])),
                ("a page of another entry", with(list, pages: pages([page.indexes[0] + 1] + rest))),
                ("a page whose indexes fall", with(list, pages: pages(page.indexes.reversed()))),
                ("a page twice", with(list, pages: [page, page])),
                ("pages without a list", with(bucket, pages: [page])),
            ]
        }
        altered += [
            (
                "a hash of the path is another",
                with(bucket, path: [.zero] + bucket.path.dropFirst())
            ),
            ("a node less", with(bucket, path: bucket.path.dropLast())),
            ("a node more", with(bucket, path: bucket.path + [nil])),
            ("two empty nodes", with(bucket, path: bucket.path + [nil], end: .empty)),
            ("a kind that is not known", [0x85, 0x04] + bucket.encoded.dropFirst(2)),
            ("a byte behind it", bucket.encoded + [0]),
            ("a longer form of a number", [0x85, 0x18] + bucket.encoded.dropFirst()),
            ("the end cut off", bucket.encoded.dropLast()),
        ]
        return altered
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
