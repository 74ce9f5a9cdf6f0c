"""The import contract that import-linter does not bring: a package is entered by its doors only."""

from fnmatch import fnmatchcase

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


def package_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


class FrontDoors(Contract):
    """`packages` are entered by modules named in `doors`, or as `more_doors` says ("importer -> module", with *).

    What lies inside a door's folder counts as the door. Tests set things up and may go behind doors.
    """

    packages = fields.ListField(subfield=fields.StringField())
    doors = fields.ListField(subfield=fields.StringField())
    more_doors = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        packages, doors = set(map(str, self.packages)), set(map(str, self.doors))
        wrong = []
        for package in sorted(packages):
            for imported in sorted({package} | graph.find_descendants(package)):
                for importer in sorted(graph.find_modules_that_directly_import(imported)):
                    if package_of(importer) == package or ".tests" in importer:
                        continue
                    room = imported.split(".")[2:3]
                    if not doors.intersection(room) and not self.is_named(importer, imported):
                        wrong.append((importer, imported))
        return ContractCheck(kept=not wrong, metadata={"wrong": wrong})

    def is_named(self, importer: str, imported: str) -> bool:
        pairs = [str(line).split(" -> ") for line in self.more_doors]
        return any(
            fnmatchcase(package_of(importer), who) and fnmatchcase(imported, what)
            for who, what in pairs
        )

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["wrong"]:
            output.print_error(f"- {importer} -> {imported}: not a door", bold=False)
