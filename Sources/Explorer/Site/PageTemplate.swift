import Mustache

/// One of the templates of the site.
struct PageTemplate: Sendable {
    private let template: MustacheTemplate

    /// Reads the template of this name, which is one of ours.
    init(_ name: String) {
        let text = PackedFiles.text("Templates/\(name).mustache")
        do {
            template = try MustacheTemplate(string: text)
        } catch {
            preconditionFailure("the template \(name) is one: \(error)")
        }
    }

    /// Fills the template in.
    func filled(with values: PageValues) -> Markup {
        Markup(made: template.render(values))
    }

    static let layout = PageTemplate("layout")
    static let front = PageTemplate("front")
    static let form = PageTemplate("form")
    static let entry = PageTemplate("entry")
    static let indexHead = PageTemplate("indexhead")
    static let likeness = PageTemplate("likeness")
    static let list = PageTemplate("list")
    static let log = PageTemplate("log")
    static let problem = PageTemplate("problem")
    static let operations = PageTemplate("ops")
}
