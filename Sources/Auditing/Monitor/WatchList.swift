package import Encoding
package import Merkle

/// All that the user of a monitor watches for, so that an entry costs a few looks into tables,
/// however many watches there are.
package struct WatchList: Hashable, Sendable {
    /// The watches, each once, in the order in which they were given.
    package let watches: [Watch]

    private let issuers: Set<Text>
    private let subjects: Set<Text>
    private let digests: Set<Hash>
    private let creators: Set<String>

    /// Creates a list of no watch.
    package init() {
        (watches, issuers, subjects, digests, creators) = ([], [], [], [], [])
    }

    /// Creates a list; a watch that is given twice is one.
    package init(_ watches: [Watch]) throws(WatchError) {
        var seen: Set<Watch> = []
        let distinct = watches.filter { seen.insert($0).inserted }
        guard distinct.count <= MonitorLimit.watches else { throw .tooMany }
        self.watches = distinct
        var issuers: Set<Text> = []
        var subjects: Set<Text> = []
        var digests: Set<Hash> = []
        var creators: Set<String> = []
        for watch in distinct {
            switch watch {
            case .issuer(let issuer): issuers.insert(issuer)
            case .subject(let subject): subjects.insert(subject)
            case .digest(let digest): digests.insert(digest)
            case .creator(let name): creators.insert(name)
            }
        }
        (self.issuers, self.subjects) = (issuers, subjects)
        (self.digests, self.creators) = (digests, creators)
    }

    /// Whether nothing is watched for.
    package var isEmpty: Bool { watches.isEmpty }

    /// Whether a watch can only be answered by manifests.
    package var needsManifests: Bool { !creators.isEmpty }

    /// Returns the watches that pick an entry; most pick none, and cost no memory.
    ///
    /// - Parameters:
    ///   - subject: is asked for only where a `sub` is watched; so are the others.
    ///   - creator: the names by which the manifest calls the creator, its id and its name; empty
    ///     where there is none, or where the manifest is not here.
    package func matches(
        issuer: Text, subject: @autoclosure () -> Text, digests named: @autoclosure () -> [Hash],
        creator: @autoclosure () -> [Text]
    ) -> [Watch] {
        var found: [Watch] = []
        if !issuers.isEmpty, issuers.contains(issuer) { found.append(.issuer(issuer)) }
        if !subjects.isEmpty {
            let subject = subject()
            if subjects.contains(subject) { found.append(.subject(subject)) }
        }
        if !digests.isEmpty {
            for digest in named() where digests.contains(digest) { found.append(.digest(digest)) }
        }
        if !creators.isEmpty {
            for name in creator() {
                // As the user wrote it: nothing of a manifest is kept.
                guard let index = creators.firstIndex(of: name.string) else { continue }
                let watch = Watch.creator(creators[index])
                if !found.contains(watch) { found.append(watch) }
            }
        }
        return found
    }
}
