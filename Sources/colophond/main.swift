import Foundation
import Settings

exit(await atUsualPriority { await Program.status() })
