import Encoding

/// One figure beside the limit that it is held to.
struct Bar: Sendable {
    /// Which side of the target is the good one.
    enum Sense: Sendable {
        /// A rate: the ratio must reach the target.
        case atLeast

        /// A cost: the ratio must not exceed the target.
        case atMost
    }

    let name: String
    let unit: String
    let value: Double
    let limit: Double
    let target: Double
    let sense: Sense

    /// What one of them cost to compute, where that was measured.
    var computed: Computed?

    /// A figure beside a limit that it may not pass, or that it must reach.
    init(
        _ name: String, _ unit: String, _ value: Double, of limit: Double, _ sense: Sense = .atMost
    ) {
        self.init(name: name, unit: unit, value: value, limit: limit, target: 1, sense: sense)
    }

    /// A figure beside a limit of which it may be, or must be, a part.
    init(
        name: String, unit: String, value: Double, limit: Double, target: Double, sense: Sense,
        computed: Computed? = nil
    ) {
        self.name = name
        self.unit = unit
        self.value = value
        self.limit = limit
        self.target = target
        self.sense = sense
        self.computed = computed
    }

    /// The value in units of the limit.
    var ratio: Double { value / limit }

    var isMet: Bool {
        switch sense {
        case .atLeast: ratio >= target
        case .atMost: ratio <= target
        }
    }

    /// A member of `bars` in the JSON output.
    var json: JSON {
        var members: JSON.Object = [
            "name": .string(Text(name)),
            "unit": .string(Text(unit)),
            "value": .decimal(value),
            "limit": .decimal(limit),
            "ratio": .decimal(ratio),
            "target": .decimal(target),
            "met": .bool(isMet),
        ]
        if let computed {
            members["computedMicroseconds"] = [
                "server": .decimal(computed.server), "client": .decimal(computed.client),
            ]
        }
        return .object(members)
    }
}
