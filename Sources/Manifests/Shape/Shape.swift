import Encoding

/// The required form of a JSON value; the Swift side of one JSON Schema.
///
/// The forms of ``ManifestType`` and the schemas in `Schemas/` say the same; a corpus of good and
/// broken manifests holds them together. Rules between members stand in code beside each table.
indirect enum Shape: Sendable {
    /// An object with these members, and, where it is closed, no others.
    case object([Field], isClosed: Bool)

    /// An object with up to so many members of any name, all of one shape.
    case map(Shape, upTo: Int)

    /// An array with a number of elements in `count`, all of one shape.
    case array(of: Shape, count: ClosedRange<Int>, isDistinct: Bool)

    /// An array with exactly these elements.
    case tuple([Shape])

    /// A string of one form.
    case text(TextRule)

    /// One of these strings.
    case oneOf([Text])

    /// A number written as an integer: not `1.0`, `1e2` or `-0`.
    case integer(ClosedRange<Int64>, rule: String?)

    /// Any number in a range.
    case number(ClosedRange<Double>, rule: String)

    /// A value of at least one of these shapes; the rule names them.
    case either([Shape], rule: String)

    /// Any value.
    case any

    /// A member of an object.
    struct Field: Sendable {
        let name: Text
        let shape: Shape
        let isRequired: Bool
    }

    /// Where a value breaks its shape, and the rule.
    struct Violation: Error {
        /// Path below the value that was checked: `edition.serial`, `[2].name`, or nothing.
        var path: String
        let rule: String

        init(_ rule: String, at path: String = "") {
            self.path = path
            self.rule = rule
        }

        /// The same violation as seen from the object that has the value as its member.
        func inside(_ member: Text) -> Violation {
            let isLast = path.isEmpty || path.hasPrefix("[")
            return Violation(rule, at: member.printable + (isLast ? "" : ".") + path)
        }

        /// The same violation as seen from the array that has the value as its element.
        func inside(_ index: Int) -> Violation {
            let isLast = path.isEmpty || path.hasPrefix("[")
            return Violation(rule, at: "[\(index)]" + (isLast ? "" : ".") + path)
        }
    }
}

extension Shape {
    /// Throws what is wrong with `value`, the first violation in the order it was written.
    func check(_ value: JSON) throws(Violation) {
        switch self {
        case .any: break
        case .object(let fields, let isClosed):
            guard case .object(let object) = value else { throw Violation("must be an object") }
            try Self.check(object, fields, isClosed: isClosed)
        case .map(let shape, let limit):
            guard case .object(let object) = value else { throw Violation("must be an object") }
            try Self.check(object, allOf: shape, upTo: limit)
        case .array(let shape, let count, let isDistinct):
            guard case .array(let elements) = value else { throw Violation("must be an array") }
            try Self.check(elements, shape, count, isDistinct: isDistinct)
        case .tuple(let shapes):
            guard case .array(let elements) = value, elements.count == shapes.count else {
                throw Violation("must be an array of \(shapes.count) elements")
            }
            for (index, shape) in shapes.enumerated() {
                do { try shape.check(elements[index]) } catch { throw error.inside(index) }
            }
        case .either(let shapes, let rule):
            for shape in shapes where shape.accepts(value) { return }
            throw Violation(rule)
        case .text, .oneOf, .integer, .number:
            try checkScalar(value)
        }
    }

    private func accepts(_ value: JSON) -> Bool {
        do { try check(value) } catch { return false }
        return true
    }

    private func checkScalar(_ value: JSON) throws(Violation) {
        switch self {
        case .text(let form):
            guard case .string(let text) = value else { throw Violation("must be a string") }
            guard form.accepts(text) else { throw Violation(form.rule) }
        case .oneOf(let choices):
            guard case .string(let text) = value, choices.contains(text) else {
                throw Violation(Self.choice(of: choices))
            }
        case .integer(let range, let rule):
            guard case .integer(let integer) = value, range.contains(integer) else {
                let bounds = "from \(range.lowerBound) to \(range.upperBound)"
                throw Violation(rule ?? "must be an integer \(bounds)")
            }
        case .number(let range, let rule):
            guard let number = value.number, range.contains(number) else { throw Violation(rule) }
        default: break
        }
    }

    private static func choice(of choices: [Text]) -> String {
        let list = choices.map { "\"\($0)\"" }.joined(separator: ", ")
        return choices.count == 1 ? "must be \(list)" : "must be one of \(list)"
    }

    private static func check(
        _ object: JSON.Object, _ fields: [Field], isClosed: Bool
    ) throws(Violation) {
        let members = object.members
        var found = 0
        // Members mostly stand in the order of the fields.
        var expected = 0
        for index in members.indices {
            guard let place = place(of: members[index].name, in: fields, from: expected) else {
                guard isClosed else { continue }
                throw Violation("is not a member of this object").inside(members[index].name)
            }
            do {
                try fields[place].shape.check(members[index].value)
            } catch {
                throw error.inside(members[index].name)
            }
            if fields[place].isRequired { found += 1 }
            expected = place + 1
        }
        // Names differ, so an object with a required member too few has counted fewer.
        guard found < fields.indices.count(where: { fields[$0].isRequired }) else { return }
        for field in fields where field.isRequired && object[field.name] == nil {
            throw Violation("is missing").inside(field.name)
        }
    }

    /// Returns where the field with this name stands; looks at `first` and those behind it before
    /// the others.
    private static func place(of name: Text, in fields: [Field], from first: Int) -> Int? {
        let count = name.utf8.count
        for step in fields.indices {
            let place = first + step < fields.count ? first + step : first + step - fields.count
            guard fields[place].name.utf8.count == count else { continue }
            if fields[place].name == name { return place }
        }
        return nil
    }

    private static func check(
        _ object: JSON.Object, allOf shape: Shape, upTo limit: Int
    ) throws(Violation) {
        guard object.members.count <= limit else {
            throw Violation("must have at most \(limit) members")
        }
        for member in object.members {
            guard TextRule.label.accepts(member.name) else {
                throw Violation("must have a name of 1 to 255 characters").inside(member.name)
            }
            do { try shape.check(member.value) } catch { throw error.inside(member.name) }
        }
    }

    private static func check(
        _ elements: [JSON], _ shape: Shape, _ count: ClosedRange<Int>, isDistinct: Bool
    ) throws(Violation) {
        guard count.contains(elements.count) else {
            let (low, high) = (count.lowerBound, count.upperBound)
            throw Violation("must have \(low == high ? "\(low)" : "\(low) to \(high)") elements")
        }
        for (index, element) in elements.enumerated() {
            do { try shape.check(element) } catch { throw error.inside(index) }
        }
        if isDistinct, Set(elements).count < elements.count {
            throw Violation("must not have the same element twice")
        }
    }
}
