package import Encoding

/// The actions that C2PA names (in its version 2.2, and in those before): what is said of
/// them in plain words stands in one table for each language.
package enum EditAction: String, CaseIterable, Sendable {
    case addedText = "c2pa.addedText"
    case adjustedColor = "c2pa.adjustedColor"
    case changedSpeed = "c2pa.changedSpeed"
    case colorAdjustments = "c2pa.color_adjustments"
    case converted = "c2pa.converted"
    case copied = "c2pa.copied"
    case created = "c2pa.created"
    case cropped = "c2pa.cropped"
    case deleted = "c2pa.deleted"
    case drawing = "c2pa.drawing"
    case dubbed = "c2pa.dubbed"
    case edited = "c2pa.edited"
    case editedMetadata = "c2pa.edited.metadata"
    case enhanced = "c2pa.enhanced"
    case filtered = "c2pa.filtered"
    case formatted = "c2pa.formatted"
    case managed = "c2pa.managed"
    case opened = "c2pa.opened"
    case orientation = "c2pa.orientation"
    case placed = "c2pa.placed"
    case printed = "c2pa.printed"
    case produced = "c2pa.produced"
    case published = "c2pa.published"
    case redacted = "c2pa.redacted"
    case removed = "c2pa.removed"
    case repackaged = "c2pa.repackaged"
    case resized = "c2pa.resized"
    case resizedProportional = "c2pa.resized.proportional"
    case saved = "c2pa.saved"
    case transcoded = "c2pa.transcoded"
    case translated = "c2pa.translated"
    case trimmed = "c2pa.trimmed"
    case unknown = "c2pa.unknown"
    case versionUpdated = "c2pa.version_updated"
    case watermarked = "c2pa.watermarked"
    case watermarkedBound = "c2pa.watermarked.bound"
    case watermarkedUnbound = "c2pa.watermarked.unbound"

    /// Reads the name of an action; nil where it is none of C2PA's.
    package init?(_ name: Text) {
        self.init(rawValue: name.string)
    }
}
