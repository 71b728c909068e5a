internal import Merkle

extension IndexTrie {
    /// Makes the proof of all entries of `name`, or of none, among the first ``size`` leaves.
    ///
    /// It is checked before it is returned, so that a row which has changed since is found here and
    /// not by a stranger.
    ///
    /// - Parameter positions: Which entries of a list are shown, counted from its first; what is
    ///   more than 65,536, or behind the list's end, is left out.
    public func proof<Rows: IndexRows>(
        of name: IndexName, positions: Range<UInt64> = 0..<UInt64(IndexPage.maximumCount),
        reading rows: Rows
    ) throws(IndexError<Rows.Failure>) -> IndexProof {
        let key = name.key
        let (node, beside) = way(along: key)
        let prefix = IndexPrefix(of: key, depth: beside.count)
        var end = IndexProofEnd.empty
        var pages: [IndexPage] = []
        switch node.shape {
        case .empty: break
        case .bucket:
            let records = try rows.bucket(node, prefix, below: size)
            end = .bucket(
                records.sorted(by: IndexRecord.isChained).map {
                    IndexProofEnd.Record(tag: $0.key.tag, index: $0.index)
                })
        case .list:
            let list = try rows.list(node, listKeys[Int(node.child)])
            end = .list(key: list.key, count: list.count, root: list.range.root)
            if list.key == key { pages = try self.pages(of: list, positions, rows) }
        case .branch: preconditionFailure("a way ends where no branch is")
        }
        let path = beside.map { $0.shape == .empty ? nil : $0.hash }
        let proof = IndexProof(name: name, path: path, end: end, pages: pages)
        guard (try? proof.listing(under: root, size: size)) != nil else {
            if case .list(let key, _, _) = end { throw .listDiffers(key) }
            throw .rowsDiffer(prefix)
        }
        return proof
    }

    private func pages<Rows: IndexRows>(
        of list: IndexList, _ positions: Range<UInt64>, _ rows: Rows
    ) throws(IndexError<Rows.Failure>) -> [IndexPage] {
        let width = UInt64(IndexPage.maximumCount)
        let most = width * UInt64(IndexProof.maximumPages)
        let positions = positions.clamped(to: 0..<list.count).prefix(Int(most))
        var pages: [IndexPage] = []
        var from = positions.startIndex
        while from < positions.endIndex {
            let end = from + min(width, positions.endIndex - from)
            let indexes: [UInt64]
            do throws(Rows.Failure) {
                indexes = try rows.indexes(of: list.key, at: from..<end)
            } catch {
                throw .failed(error)
            }
            guard UInt64(indexes.count) == end - from else { throw .listDiffers(list.key) }
            pages.append(try IndexPage(from: from, indexes: indexes, of: list, reading: rows))
            from = end
        }
        return pages
    }
}
