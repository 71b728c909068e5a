package import Encoding

/// What evidence about heads is worth, counted for each type.
package struct EvidenceTally: Hashable, Sendable {
    /// Evidence of one type.
    package struct Count: Hashable, Sendable {
        /// How many hold.
        package fileprivate(set) var held: UInt64 = 0

        /// How many are promises that a calendar has not kept yet.
        package fileprivate(set) var pending: UInt64 = 0

        /// How many are promises that were never kept.
        package fileprivate(set) var abandoned: UInt64 = 0

        /// How many could not be checked here.
        package fileprivate(set) var unchecked: UInt64 = 0

        /// The size of the largest head that these are about.
        package fileprivate(set) var uncheckedSize: UInt64 = 0

        /// Why the last of these could not be checked.
        package fileprivate(set) var reason: String?

        /// The one that holds and is of the largest head; of two the earlier.
        package fileprivate(set) var newest: Newest?
    }

    /// Evidence that holds.
    package struct Newest: Hashable, Sendable {
        /// The size of the head.
        package let size: UInt64

        /// By when the head existed, in POSIX seconds.
        package let time: UInt64

        /// Who says so.
        package let authority: String

        init(size: UInt64, time: UInt64, authority: String) {
            (self.size, self.time, self.authority) = (size, time, authority)
        }
    }

    /// What one piece of evidence is worth.
    enum Worth {
        case held(Newest), pending, abandoned
        case unchecked(String, size: UInt64)
    }

    /// For each type that there is some of, as ``Provenance/Anchor/type``.
    package private(set) var counts: [Text: Count] = [:]

    /// Counts nothing yet.
    package init() {}

    /// Whether there is none at all.
    package var isEmpty: Bool { counts.isEmpty }

    mutating func add(_ worth: Worth, _ type: Text) {
        var count = counts[type] ?? Count()
        switch worth {
        case .held(let newest):
            count.held += 1
            count.take(newest)
        case .pending: count.pending += 1
        case .abandoned: count.abandoned += 1
        case .unchecked(let reason, let size):
            count.unchecked += 1
            count.uncheckedSize = max(count.uncheckedSize, size)
            count.reason = reason
        }
        counts[type] = count
    }

    /// Adds what another one counted.
    package mutating func add(_ other: EvidenceTally) {
        for (type, more) in other.counts {
            var count = counts[type] ?? Count()
            count.held += more.held
            count.pending += more.pending
            count.abandoned += more.abandoned
            count.unchecked += more.unchecked
            count.uncheckedSize = max(count.uncheckedSize, more.uncheckedSize)
            count.reason = more.reason ?? count.reason
            if let newest = more.newest { count.take(newest) }
            counts[type] = count
        }
    }
}

extension EvidenceTally.Count {
    fileprivate mutating func take(_ other: EvidenceTally.Newest) {
        guard let newest else { return newest = other }
        guard other.size > newest.size || other.size == newest.size && other.time < newest.time
        else { return }
        self.newest = other
    }
}

extension EvidenceTally {
    /// The tally as a state keeps it.
    var item: CBOR {
        .array(
            counts.sorted { $0.key < $1.key }.map { type, count in
                let numbers = [
                    count.held, count.pending, count.abandoned, count.unchecked,
                    count.uncheckedSize,
                ]
                let newest = count.newest.map { newest in
                    CBOR.array([
                        .unsigned(newest.size), .unsigned(newest.time),
                        .text(Text(newest.authority)),
                    ])
                }
                return .array([
                    .text(type), .array(numbers.map { .unsigned($0) }),
                    count.reason.map { .text(Text($0)) } ?? .null, newest ?? .null,
                ])
            })
    }

    /// Reads what ``item`` made; nil where it is anything else.
    init?(_ item: CBOR) {
        guard let rows = item.arrayValue else { return nil }
        for row in rows {
            guard let parts = row.arrayValue, parts.count == 4, let type = parts[0].textValue,
                let numbers = parts[1].arrayValue?.map(\.unsignedValue), numbers.count == 5,
                case let numbers = numbers.compactMap({ $0 }), numbers.count == 5
            else { return nil }
            var count = Count()
            (count.held, count.pending) = (numbers[0], numbers[1])
            (count.abandoned, count.unchecked) = (numbers[2], numbers[3])
            count.uncheckedSize = numbers[4]
            count.reason = parts[2].textValue?.string
            if let newest = parts[3].arrayValue {
                guard newest.count == 3, let size = newest[0].unsignedValue,
                    let time = newest[1].unsignedValue, let authority = newest[2].textValue
                else { return nil }
                count.newest = Newest(size: size, time: time, authority: authority.string)
            }
            counts[type] = count
        }
    }
}
