"""The admin of imports: runs and their pages, sources, columns of suppliers."""

from apps.parsers.admin.runs import ParserRunAdmin
from apps.parsers.admin.sources import ParserSourceAdmin, SupplierMappingAdmin

__all__ = ["ParserRunAdmin", "ParserSourceAdmin", "SupplierMappingAdmin"]
