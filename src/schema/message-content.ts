import { annotationPlace } from '../resolvers/message.ts';
import type { Annotation, Content } from '../rest/wire/message.ts';
import type { UnknownPart } from '../rest/wire/scalars.ts';
import { builder } from './builder.ts';
import { outputEnum } from './output-enum.ts';
import { unknownFields } from './unknown-part.ts';

const MessageContentType = outputEnum('MessageContentType', {
  description: 'Type of a message part.',
  values: {
    TEXT: { description: 'Text, with optional annotations.' },
    IMAGE_FILE: { description: 'An image file.' },
  },
});

const contentTypeNames = {
  text: 'TextContent',
  image_file: 'ImageFileContent',
  unknown: 'UnknownContent',
} as const;

export const MessageContent = builder.interfaceRef<Content>('MessageContent').implement({
  description: 'A part of a message.',
  resolveType: (content) => contentTypeNames[content.type],
  fields: (t) => ({
    type: t.field({
      type: MessageContentType.type,
      description: 'Type of the part.',
      resolve: (content) => MessageContentType.from(content.type),
    }),
  }),
});

const annotationTypeNames = {
  file_citation: 'FileCitationAnnotation',
  file_path: 'FilePathAnnotation',
  unknown: 'UnknownAnnotation',
} as const;

export const TextAnnotation = builder.interfaceRef<Annotation>('TextAnnotation').implement({
  description: 'An annotation of a text, such as a citation.',
  resolveType: (annotation) => annotationTypeNames[annotation.type],
  fields: (t) => ({
    text: t.string({
      description: 'The annotated text: usually a placeholder to replace when the message is displayed.',
      resolve: (annotation) => annotationPlace(annotation).text,
    }),
    startIndex: t.int({
      description: 'Start of the annotated text, in characters from the start of the whole text.',
      resolve: (annotation) => annotationPlace(annotation).start_index,
    }),
    endIndex: t.int({
      description: 'End of the annotated text (exclusive), in characters from the start of the whole text.',
      resolve: (annotation) => annotationPlace(annotation).end_index,
    }),
  }),
});

builder.objectRef<Extract<Content, { type: 'text' }>>('TextContent').implement({
  description: 'A text part.',
  interfaces: [MessageContent],
  fields: (t) => ({
    value: t.string({
      description: 'The text, including the placeholders of annotations.',
      resolve: (content) => content.text.value,
    }),
    annotations: t.field({
      type: [TextAnnotation],
      description: 'Annotations of the text.',
      resolve: (content) => content.text.annotations,
    }),
  }),
});

builder.objectRef<Extract<Content, { type: 'image_file' }>>('ImageFileContent').implement({
  description: 'An image part.',
  interfaces: [MessageContent],
  fields: (t) => ({
    fileId: t.string({
      description: 'REST ID of the image file.',
      resolve: (content) => content.image_file.file_id,
    }),
  }),
});

builder.objectRef<UnknownPart>('UnknownContent').implement({
  description: 'A part of a type that this version of the schema does not recognize.',
  interfaces: [MessageContent],
  fields: (t) => unknownFields(t, (content) => content),
});

builder.objectRef<Extract<Annotation, { type: 'file_citation' }>>('FileCitationAnnotation').implement({
  description: 'A citation from a file.',
  interfaces: [TextAnnotation],
  fields: (t) => ({
    fileId: t.string({
      description: 'REST ID of the cited file.',
      resolve: (annotation) => annotation.file_citation.file_id,
    }),
    quote: t.string({
      nullable: true,
      description: 'The cited passage. Null if the REST API does not report it.',
      resolve: (annotation) => annotation.file_citation.quote,
    }),
  }),
});

builder.objectRef<Extract<Annotation, { type: 'file_path' }>>('FilePathAnnotation').implement({
  description: 'The path of a file that the code interpreter created.',
  interfaces: [TextAnnotation],
  fields: (t) => ({
    fileId: t.string({
      description: 'REST ID of the created file.',
      resolve: (annotation) => annotation.file_path.file_id,
    }),
  }),
});

builder.objectRef<UnknownPart>('UnknownAnnotation').implement({
  description: 'An annotation of a type that this version of the schema does not recognize.',
  interfaces: [TextAnnotation],
  fields: (t) => unknownFields(t, (annotation) => annotation),
});
