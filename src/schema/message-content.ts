import { annotationPlace } from '../resolvers/message.ts';
import type { Annotation, Content } from '../rest/wire/message.ts';
import type { UnknownPart } from '../rest/wire/scalars.ts';
import { builder } from './builder.ts';
import { outputEnum } from './output-enum.ts';
import { unknownFields } from './unknown-part.ts';

const MessageContentType = outputEnum('MessageContentType', {
  description: 'The kinds of parts that a message is made of.',
  values: {
    TEXT: { description: 'Text, possibly with annotations.' },
    IMAGE_FILE: { description: 'An image in a file.' },
  },
});

const contentTypeNames = {
  text: 'TextContent',
  image_file: 'ImageFileContent',
  unknown: 'UnknownContent',
} as const;

export const MessageContent = builder.interfaceRef<Content>('MessageContent').implement({
  description: 'A part of what a message says.',
  resolveType: (content) => contentTypeNames[content.type],
  fields: (t) => ({
    type: t.field({
      type: MessageContentType.type,
      description: 'Which kind of part.',
      resolve: (content) => MessageContentType.from(content.type),
    }),
  }),
});

const annotationTypeNames = {
  file_citation: 'FileCitationAnnotation',
  file_path: 'FilePathAnnotation',
  unknown: 'UnknownAnnotation',
} as const;

const TextAnnotation = builder.interfaceRef<Annotation>('TextAnnotation').implement({
  description: 'A mark in a text that stands for something else.',
  resolveType: (annotation) => annotationTypeNames[annotation.type],
  fields: (t) => ({
    text: t.string({
      description: 'The marked piece of the text, which a chat shows something better for.',
      resolve: (annotation) => annotationPlace(annotation).text,
    }),
    startIndex: t.int({
      description: 'Where the mark begins, in characters from the start of the text.',
      resolve: (annotation) => annotationPlace(annotation).start_index,
    }),
    endIndex: t.int({
      description: 'Where the mark ends: the index just behind it.',
      resolve: (annotation) => annotationPlace(annotation).end_index,
    }),
  }),
});

builder.objectRef<Extract<Content, { type: 'text' }>>('TextContent').implement({
  description: 'Text.',
  interfaces: [MessageContent],
  fields: (t) => ({
    value: t.string({ description: 'The text, marks and all.', resolve: (content) => content.text.value }),
    annotations: t.field({
      type: [TextAnnotation],
      description: 'What the marks in the text stand for.',
      resolve: (content) => content.text.annotations,
    }),
  }),
});

builder.objectRef<Extract<Content, { type: 'image_file' }>>('ImageFileContent').implement({
  description: 'An image.',
  interfaces: [MessageContent],
  fields: (t) => ({
    fileId: t.string({
      description: 'The REST id of the file that holds the image.',
      resolve: (content) => content.image_file.file_id,
    }),
  }),
});

builder.objectRef<UnknownPart>('UnknownContent').implement({
  description: 'A part of a kind that this version of the graph does not know.',
  interfaces: [MessageContent],
  fields: (t) => unknownFields(t, (content) => content),
});

builder.objectRef<Extract<Annotation, { type: 'file_citation' }>>('FileCitationAnnotation').implement({
  description: 'A quotation from a file.',
  interfaces: [TextAnnotation],
  fields: (t) => ({
    fileId: t.string({
      description: 'The REST id of the file that is quoted.',
      resolve: (annotation) => annotation.file_citation.file_id,
    }),
    quote: t.string({
      nullable: true,
      description: 'The passage that is quoted. Null where upstream does not give it.',
      resolve: (annotation) => annotation.file_citation.quote,
    }),
  }),
});

builder.objectRef<Extract<Annotation, { type: 'file_path' }>>('FilePathAnnotation').implement({
  description: 'The place of a file that the code interpreter made.',
  interfaces: [TextAnnotation],
  fields: (t) => ({
    fileId: t.string({
      description: 'The REST id of the file that was made.',
      resolve: (annotation) => annotation.file_path.file_id,
    }),
  }),
});

builder.objectRef<UnknownPart>('UnknownAnnotation').implement({
  description: 'A mark of a kind that this version of the graph does not know.',
  interfaces: [TextAnnotation],
  fields: (t) => unknownFields(t, (annotation) => annotation),
});
