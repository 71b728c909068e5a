import Mustache

/// What a template gets, by name: nothing comes into a page but through this type, so nothing
/// comes into it unescaped.
///
/// Templates write `{{{name}}}`. One that writes `{{name}}` shows its value escaped twice.
struct PageValues: Sendable, MustacheParent, ExpressibleByDictionaryLiteral {
    private var values: [String: PageValue]

    init(dictionaryLiteral elements: (String, PageValue)...) {
        values = Dictionary(elements) { $1 }
    }

    /// The value of a name; nil leaves it out.
    subscript(name: String) -> PageValue? {
        get { values[name] }
        set { values[name] = newValue }
    }

    func child(named name: String) -> Any? {
        switch values[name] {
        case .markup(let markup): markup
        case .flag(let isThere): isThere
        case .list(let elements): elements
        case nil: nil
        }
    }
}
