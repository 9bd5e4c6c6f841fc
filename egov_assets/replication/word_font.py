"""A font inside a Word file, so that its Chinese can be read where no Chinese font is.

Format: ECMA-376 part 1, 17.8 (fonts); the first 32 bytes of the font are obfuscated by the key that stands beside it.
"""

import io
import uuid
import zipfile

ONE_DATE = (2010, 1, 1, 0, 0, 0)
TYPES = "[Content_Types].xml"
FONT, TABLE, RELATIONS = "word/fonts/font1.odttf", "word/fontTable.xml", "word/_rels/fontTable.xml.rels"
TYPE = '<Default Extension="odttf" ContentType="application/vnd.openxmlformats-officedocument.obfuscatedFont"/>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATION = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/font" Target="fonts/font1.odttf"/></Relationships>'
)


def with_font(document: bytes, font: bytes, name: str, instead_of: str) -> bytes:
    """The Word file with the font in it, used wherever the document names the other for Chinese.

    name        family name of the font
    instead_of  font of the document's Chinese characters; a program that does not read fonts in files takes it
    """
    key = uuid.uuid5(uuid.NAMESPACE_URL, name)
    entry = (
        f'<w:font w:name="{name}"><w:altName w:val="{instead_of}"/><w:charset w:val="86"/><w:family w:val="roman"/>'
        f'<w:embedRegular xmlns:r="{OFFICE}" r:id="rId1" w:fontKey="{{{str(key).upper()}}}"/></w:font>'
    )
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as source, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        content = {member: source.read(member) for member in source.namelist()}
        for member in content:
            if member.endswith(".xml"):
                text = content[member].decode("utf-8")
                content[member] = text.replace(f'w:eastAsia="{instead_of}"', f'w:eastAsia="{name}"').encode()
        content[TYPES] = content[TYPES].replace(b"<Default ", f"{TYPE}<Default ".encode(), 1)
        content[TABLE] = content[TABLE].replace(b"</w:fonts>", f"{entry}</w:fonts>".encode())
        content |= {RELATIONS: RELATION.encode(), FONT: _obfuscated(font, key)}
        for member, data in content.items():
            target.writestr(zipfile.ZipInfo(member, ONE_DATE), data, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _obfuscated(font: bytes, key: uuid.UUID) -> bytes:
    mask = key.bytes[::-1] * 2
    return bytes(a ^ b for a, b in zip(font[:32], mask, strict=True)) + font[32:]
